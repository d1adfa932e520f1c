using System.Diagnostics;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Tests.Storage;

public sealed class RolesTests(StorageCluster cluster) : IAsyncLifetime
{
    private StorageOptions storage = null!;
    private NpgsqlDataSource superuser = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        storage = await cluster.MigratedAsync();
        superuser = NpgsqlDataSource.Create(await cluster.AsAsync("postgres", storage));
    }

    public ValueTask DisposeAsync() => superuser.DisposeAsync();

    [Theory]
    [Requirement("R255")]
    [InlineData("palisade_app", "DELETE FROM audit.events")]
    [InlineData("palisade_app", "UPDATE audit.events SET reason = ''")]
    [InlineData("palisade_app", "TRUNCATE audit.events")]
    [InlineData("palisade_app", "DROP TABLE audit.events")]
    [InlineData("palisade_app", "ALTER TABLE audit.events DISABLE TRIGGER ALL")]
    [InlineData("palisade_app", "CREATE TABLE palisade.mine ()")]
    [InlineData("palisade_app", "CREATE TABLE public.mine ()")]
    [InlineData("palisade_app", "CREATE SCHEMA mine")]
    [InlineData("palisade_app", "SET session_replication_role = replica")]
    [InlineData("palisade_app", "SET ROLE palisade_owner")]
    [InlineData("palisade_app", "DELETE FROM palisade.schema_migrations")]
    [InlineData("palisade_readonly", "INSERT INTO audit.events DEFAULT VALUES")]
    [InlineData("palisade_readonly", "SELECT * FROM audit.events")]
    [InlineData("palisade_readonly", "SELECT email FROM accounts.users")]
    [InlineData("palisade_readonly", "CREATE TABLE public.mine ()")]
    [InlineData("palisade_backup", "INSERT INTO tenancy.tenants VALUES (gen_random_uuid(), 'x', now())")]
    [InlineData("palisade_backup", "DELETE FROM audit.events")]
    [InlineData("palisade_backup", "SET ROLE palisade_owner")]
    [InlineData("palisade_retention", "SELECT * FROM accounts.users")]
    public async Task A_role_is_refused_what_is_not_its_work(string role, string sql)
    {
        await using var connection = await superuser.OpenConnectionAsync(Cancel);
        // The login too is the role: the superuser behind a mere SET ROLE could take any other.
        await using var act = new NpgsqlCommand($"SET SESSION AUTHORIZATION {role}", connection);
        await act.ExecuteNonQueryAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancel));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task The_application_owns_nothing_may_truncate_nothing_and_passes_no_row_level_security()
    {
        Assert.Empty(await ListAsync("SELECT oid::regclass::text FROM pg_class WHERE relowner = 'palisade_app'::regrole"));
        Assert.Empty(await ListAsync("SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND has_table_privilege('palisade_app', oid, 'TRUNCATE')"));
        Assert.Empty(await ListAsync("SELECT rolname::text FROM pg_roles WHERE rolname IN ('palisade_app', 'palisade_readonly', 'palisade_retention', 'palisade_owner') AND (rolbypassrls OR rolsuper OR rolcreaterole OR rolcreatedb)"));
        Assert.Empty(await ListAsync("SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema') AND relowner <> 'palisade_owner'::regrole"));
    }

    [Fact]
    public async Task Every_table_is_under_row_level_security_even_for_its_owner_and_every_policy_asks_for_the_scope_once()
    {
        // The record of migrations has no tenant, and nothing but reading it is granted.
        Assert.Equal(
            ["palisade.schema_migrations"],
            await ListAsync("SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relowner = 'palisade_owner'::regrole AND NOT (relrowsecurity AND relforcerowsecurity)"));
        // Wrapped in a SELECT the function is an InitPlan: once a statement. Bare, it would run for every row.
        Assert.Empty(await ListAsync("""
            SELECT tablename || ': ' || policyname FROM pg_policies
            WHERE regexp_replace(coalesce(qual, '') || coalesce(with_check, ''), 'SELECT palisade\.(tenant|is_system)\(\)', '', 'g') ~ 'palisade\.'
            """));
        Assert.NotEmpty(await ListAsync("SELECT policyname::text FROM pg_policies"));
    }

    [Fact]
    [Requirement("R255")]
    public async Task Analytics_read_no_column_that_is_marked_personal()
    {
        var personal = await ListAsync("SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE col_description(attrelid, attnum) LIKE 'personal:%'");
        Assert.Contains("accounts.users.email", personal);
        Assert.Empty(await ListAsync("""
            SELECT attrelid::regclass || '.' || attname FROM pg_attribute
            WHERE col_description(attrelid, attnum) LIKE 'personal:%' AND has_column_privilege('palisade_readonly', attrelid, attname, 'SELECT')
            """));
    }

    [Fact]
    [Requirement("R255")]
    public async Task A_backup_by_its_own_role_holds_every_row_of_every_table()
    {
        var tenant = Guid.CreateVersion7();
        await cluster.SuperuserAsync(
            $"""
            INSERT INTO tenancy.tenants VALUES ('{tenant}', 'Ada and Sons', now());
            INSERT INTO audit.events (id, occurred_at, tenant_id, type, ocsf_class, severity, outcome, request_id, method)
                VALUES (gen_random_uuid(), now(), '{tenant}', 'BACKED_UP_EVENT', 3002, 1, 'success', '-', 'test');
            INSERT INTO encryption.keys VALUES (gen_random_uuid(), 'backed-up-key', true, '', 'local', now(), NULL);
            SET ROLE palisade_owner; CREATE SCHEMA later; CREATE TABLE later.things AS SELECT 'backed-up-later' AS text;
            """,
            storage);
        var login = new NpgsqlConnectionStringBuilder(await cluster.AsAsync("palisade_backup", storage));
        var start = new ProcessStartInfo(PostgresPrograms.Newest()!.Tool("pg_dump"), ["-h", login.Host!, "-U", login.Username!, login.Database!])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var dump = Process.Start(start)!;
        var text = dump.StandardOutput.ReadToEndAsync(Cancel);
        Assert.Equal("", await dump.StandardError.ReadToEndAsync(Cancel));
        Assert.All(["Ada and Sons", "BACKED_UP_EVENT", "backed-up-key", "backed-up-later"], word => Assert.Contains(word, text.Result, StringComparison.Ordinal));
        var tables = await ListAsync("SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relowner = 'palisade_owner'::regrole");
        Assert.All(tables, table => Assert.Contains($"COPY {table} (", text.Result, StringComparison.Ordinal));
    }

    private async Task<List<string>> ListAsync(string sql)
    {
        await using var command = superuser.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancel))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
