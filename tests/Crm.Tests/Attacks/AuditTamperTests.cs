using Npgsql;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class AuditTamperTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    public static TheoryData<string> Tampering =>
    [
        "UPDATE audit.events SET type = 'NOTHING'",
        "UPDATE audit.events SET id = id",
        "DELETE FROM audit.events",
        "MERGE INTO audit.events USING (SELECT 1) AS row ON true WHEN MATCHED THEN DELETE",
        "INSERT INTO audit.events SELECT * FROM audit.events ON CONFLICT (id) DO UPDATE SET type = 'NOTHING'",
        "SELECT * FROM audit.events FOR UPDATE",
        "TRUNCATE audit.events",
        "TRUNCATE audit.events CASCADE",
        "BEGIN; LOCK TABLE audit.events IN ACCESS EXCLUSIVE MODE",
        "ALTER TABLE audit.events DROP COLUMN reason",
        "ALTER TABLE audit.events DISABLE TRIGGER events_never_change",
        "ALTER TABLE audit.events DISABLE TRIGGER ALL",
        "ALTER TABLE audit.events DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit.events NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE audit.events RENAME TO nothing",
        "ALTER TABLE audit.events SET SCHEMA public",
        "ALTER TABLE audit.events OWNER TO palisade_app",
        "ALTER SCHEMA audit RENAME TO nothing",
        "DROP TABLE audit.events",
        "DROP SCHEMA audit CASCADE",
        "DROP TRIGGER events_never_change ON audit.events",
        "DROP POLICY events_read ON audit.events",
        "DROP FUNCTION audit.refuse_change() CASCADE",
        "CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE RULE nothing AS ON INSERT TO audit.events DO INSTEAD NOTHING",
        "CREATE TRIGGER nothing BEFORE INSERT ON audit.events FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()",
        "CREATE POLICY nothing ON audit.events FOR DELETE USING (true)",
        "CREATE TABLE audit.nothing ()",
        "SET session_replication_role = 'replica'",
        "SET ROLE palisade_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION palisade_owner",
        "SET row_security = off; SELECT * FROM audit.events",
        "ALTER ROLE palisade_app BYPASSRLS",
        "ALTER DATABASE template1 RENAME TO nothing",
        "DO 'BEGIN DELETE FROM audit.events; END'",
        "COPY audit.events TO PROGRAM 'cat'",
        "UPDATE pg_catalog.pg_trigger SET tgenabled = 'D'",
        "DELETE FROM pg_catalog.pg_class WHERE relname = 'events'",
    ];

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task The_applications_role_cannot_alter_the_audit_log(string statement)
    {
        await crm.Behind.ChangeAsync(
            """
            INSERT INTO audit.events (id, occurred_at, type, ocsf_class, severity, outcome, request_id, method)
            VALUES ($1, now(), 'PLANTED', 0, 1, 'success', '-', '-')
            """,
            Guid.CreateVersion7());
        var before = await LogAsync();
        await using var application = NpgsqlDataSource.Create(crm.Storage.ConnectionString + ";Pooling=false");
        await using var connection = await application.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, "SET palisade.scope = 'system'");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, statement));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        Assert.Equal(before, await LogAsync());
    }

    [Fact]
    public async Task The_applications_role_is_nobody_else()
    {
        Assert.Equal(0, await crm.Behind.ReadAsync<long>(
            "SELECT count(*) FROM pg_roles WHERE rolname <> 'palisade_app' AND pg_has_role('palisade_app', oid, 'MEMBER') AND NOT rolsuper"));
        Assert.Equal(1, await crm.Behind.ReadAsync<long>(
            """
            SELECT count(*) FROM pg_roles
            WHERE rolname = 'palisade_app' AND NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
            """));
    }

    [Fact]
    public async Task What_the_applications_role_may_do_to_the_log_is_to_add_and_to_read()
    {
        const string may = """
            SELECT string_agg(privilege, ' ')
            FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
            WHERE has_table_privilege('palisade_app', 'audit.events', privilege)
            """;
        await using var application = NpgsqlDataSource.Create(crm.Storage.ConnectionString + ";Pooling=false");
        await using var connection = await application.OpenConnectionAsync(TestContext.Current.CancellationToken);

        await ExecuteAsync(connection, "GRANT ALL ON audit.events TO palisade_app"); // a warning, and no effect

        Assert.Equal("SELECT INSERT", await crm.Behind.ReadAsync<string>(may));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    private Task<string> LogAsync() => crm.Behind.ReadAsync<string>("SELECT string_agg(event::text, E'\\n' ORDER BY id) FROM audit.events AS event");
}
