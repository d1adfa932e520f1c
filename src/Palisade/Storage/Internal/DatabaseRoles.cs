namespace Palisade.Storage.Internal;

/// <summary>The roles of the database, and why there is more than one.</summary>
/// <remarks>
/// <c>palisade_owner</c> owns every object; only migrations act as it. <c>palisade_app</c> reads and writes rows under row-level
/// security, and only inserts and reads the audit log. <c>palisade_readonly</c> reads what is not personal, <c>palisade_backup</c>
/// reads everything, <c>palisade_retention</c> retires old audit segments. None of them can log in: a login is a member of the
/// role it acts as. The private cluster, which only this machine's user can reach, lets its own in directly.
/// </remarks>
internal static class DatabaseRoles
{
    internal const string Owner = "palisade_owner";
    internal const string App = "palisade_app";
    internal const string Backup = "palisade_backup";
    internal const string PrivateMigrator = "palisade_migrator";

    /// <summary>The roles that log in to a private cluster.</summary>
    internal static readonly string[] PrivateLogins = [App, Backup, PrivateMigrator];

    internal const string PrivateLoginsSql = $"""
        CREATE ROLE {PrivateMigrator} LOGIN IN ROLE {Owner};
        ALTER ROLE {App} LOGIN;
        ALTER ROLE {Backup} LOGIN;
        """;

    // LOCAL: the role ends with the transaction.
    internal const string ActAsOwnerSql = $"SET LOCAL ROLE {Owner}";

    // Roles belong to the whole server, so another database of the same server may be making them at this moment. From
    // PostgreSQL 16 on, a member may have been denied SET ROLE; before, every member has it.
    internal const string EnsureSql = """
        DO $$
        DECLARE
            wanted text;
            usable text := CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
        BEGIN
            FOREACH wanted IN ARRAY ARRAY['palisade_owner', 'palisade_app', 'palisade_readonly', 'palisade_backup', 'palisade_retention'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                    BEGIN
                        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                    END;
                END IF;
            END LOOP;
            IF NOT (SELECT rolbypassrls FROM pg_roles WHERE rolname = 'palisade_backup') THEN
                BEGIN
                    ALTER ROLE palisade_backup BYPASSRLS;
                EXCEPTION WHEN insufficient_privilege THEN
                    -- pg_dump then fails with an error; it never leaves rows out in silence.
                    RAISE WARNING 'No backup until an administrator runs: ALTER ROLE palisade_backup BYPASSRLS';
                END;
            END IF;
            IF NOT pg_has_role(session_user, 'palisade_owner', usable) THEN
                EXECUTE format('GRANT palisade_owner TO %I', session_user);
            END IF;
            IF NOT pg_has_role(session_user, 'palisade_app', usable) THEN
                BEGIN
                    EXECUTE format('GRANT palisade_app TO %I', session_user);
                EXCEPTION WHEN insufficient_privilege THEN NULL; -- only a login that the application uses too needs it
                END;
            END IF;
            IF NOT has_database_privilege('palisade_owner', current_database(), 'CREATE') THEN
                EXECUTE format('GRANT CREATE ON DATABASE %I TO palisade_owner', current_database());
            END IF;
        END
        $$;
        """;

    /// <summary>What an administrator runs once where the migrating login may not make roles itself.</summary>
    /// <param name="login">The migrating login.</param>
    /// <param name="database">The database.</param>
    internal static string AdministratorSql(string login, string database) => $"""
        CREATE ROLE palisade_owner NOLOGIN;
        CREATE ROLE palisade_app NOLOGIN;
        CREATE ROLE palisade_readonly NOLOGIN;
        CREATE ROLE palisade_backup NOLOGIN BYPASSRLS;
        CREATE ROLE palisade_retention NOLOGIN;
        GRANT palisade_owner, palisade_app TO {Quoted(login)};
        GRANT CREATE ON DATABASE {Quoted(database)} TO palisade_owner;
        """;

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
