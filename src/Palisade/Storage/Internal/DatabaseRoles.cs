namespace Palisade.Storage.Internal;

/// <summary>The roles of the database, and why there is more than one.</summary>
/// <remarks>
/// <c>palisade_owner</c> owns every object and cannot log in: nobody is it by accident. <c>palisade_app</c> reads and writes
/// rows under row-level security, and only inserts and reads the audit log. The others each hold one narrow right.
/// </remarks>
internal static class DatabaseRoles
{
    // Roles belong to the whole server, so another database of the same server may be making them at this moment.
    internal const string EnsureSql = """
        DO $$
        DECLARE
            wanted text;
        BEGIN
            FOREACH wanted IN ARRAY ARRAY['palisade_owner', 'palisade_readonly', 'palisade_backup', 'palisade_retention'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                    BEGIN
                        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                    END;
                END IF;
            END LOOP;
            FOREACH wanted IN ARRAY ARRAY['palisade_app', 'palisade_migrator'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                    BEGIN
                        EXECUTE format('CREATE ROLE %I LOGIN', wanted);
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                    END;
                END IF;
            END LOOP;
            IF NOT pg_has_role('palisade_migrator', 'palisade_owner', 'MEMBER') THEN
                BEGIN
                    GRANT palisade_owner TO palisade_migrator;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END;
            END IF;
            IF NOT pg_has_role(current_user, 'palisade_owner', 'MEMBER') THEN
                EXECUTE format('GRANT palisade_owner TO %I', current_user);
            END IF;
            IF session_user <> 'palisade_migrator' AND NOT pg_has_role(session_user, 'palisade_app', 'MEMBER') THEN
                EXECUTE format('GRANT palisade_app TO %I', session_user);
            END IF;
            EXECUTE format('GRANT CREATE, CONNECT, TEMPORARY ON DATABASE %I TO palisade_owner', current_database());
            EXECUTE format('GRANT CONNECT ON DATABASE %I TO palisade_app, palisade_readonly, palisade_backup, palisade_retention', current_database());
        END
        $$;
        """;

    // LOCAL: the role ends with the transaction.
    internal const string ActAsOwnerSql = "SET LOCAL ROLE palisade_owner";
}
