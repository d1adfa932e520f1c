using Npgsql;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Access;

/// <summary>The second fence: what the application's own role could do in the database if the application forgot to ask who is asking.</summary>
public sealed class RowLevelSecurityTests(TwoCompanies two) : IClassFixture<TwoCompanies>
{
    private const string Unfenced =
        """
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1
        """;

    [Fact, Asvs("V8.4.1")]
    public async Task Every_table_is_fenced_for_its_owner_too()
    {
        Assert.Equal(["palisade.schema_migrations"], (await two.Crm.Behind.RowsAsync(Unfenced)).Select(row => row[0]));

        // The question finds a table that somebody forgot.
        await using var connection = await two.Crm.Behind.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await Sql.RowsAsync(connection, "CREATE TABLE crm.planted (tenant_id uuid)");
        Assert.Contains("crm.planted", (await Sql.RowsAsync(connection, Unfenced)).Select(row => row[0]));
    }

    [Fact]
    public async Task The_applications_role_is_bound_by_the_fences()
    {
        var role = Assert.Single(await two.Crm.Behind.RowsAsync("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'palisade_app'"));
        Assert.All(role, right => Assert.Equal(false, right));
        Assert.Empty(await two.Crm.Behind.RowsAsync("SELECT oid::regclass FROM pg_class WHERE relowner = 'palisade_app'::regrole"));
        Assert.Empty(await two.Crm.Behind.RowsAsync(
            "SELECT policyname FROM pg_policies WHERE 'palisade_app' = ANY(roles) AND (qual = 'true' OR with_check = 'true') OR 'public' = ANY(roles)"));
    }

    [Theory, Asvs("V8.4.1")]
    [InlineData("globex"), InlineData("nobody"), InlineData(""), InlineData("garbage"), InlineData("' OR true --")]
    public async Task In_another_scope_no_row_can_be_read_changed_removed_or_forged(string scope)
    {
        var acme = await two.Crm.Behind.ValueAsync<Guid>("SELECT tenant_id FROM accounts.users WHERE email = 'ada@example.com'");
        await using var app = NpgsqlDataSource.Create(two.Crm.Storage.ConnectionString);
        var tables = await TenantTablesAsync();
        Assert.True(tables.Count > 8);
        foreach (var table in tables)
        {
            Assert.Equal(0L, await AsAppAsync(app, scope, $"SELECT count(*) FROM {table} WHERE tenant_id = $1", acme));
            Assert.Contains(await AsAppAsync(app, scope, $"WITH c AS (UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = $1 RETURNING 1) SELECT count(*) FROM c", acme), new object[] { 0L, "42501" });
            Assert.Contains(await AsAppAsync(app, scope, $"WITH c AS (DELETE FROM {table} WHERE tenant_id = $1 RETURNING 1) SELECT count(*) FROM c", acme), new object[] { 0L, "42501" });

            // A copy of one of Acme's own rows, so that nothing but the fence has a reason to refuse it.
            if (await two.Crm.Behind.RowsAsync($"SELECT to_jsonb(t)::text FROM {table} t WHERE tenant_id = $1 LIMIT 1", acme) is [[string row]])
            {
                Assert.Equal("42501", await AsAppAsync(app, scope, $"WITH c AS (INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, $2::jsonb)).* RETURNING 1) SELECT count(*) FROM c WHERE $1::uuid IS NOT NULL", acme, row));
            }
        }
    }

    [Fact]
    public async Task The_platforms_own_scope_sees_no_row_of_the_application()
    {
        await using var app = NpgsqlDataSource.Create(two.Crm.Storage.ConnectionString);
        foreach (var table in (await TenantTablesAsync()).Where(table => table.StartsWith("crm.", StringComparison.Ordinal)))
        {
            Assert.Equal(0L, await AsAppAsync(app, "system", $"SELECT count(*) FROM {table} WHERE $1::uuid IS NOT NULL", two.Globex));
        }
    }

    [Fact]
    public async Task In_its_own_scope_a_company_sees_its_rows()
    {
        var acme = await two.Crm.Behind.ValueAsync<Guid>("SELECT tenant_id FROM accounts.users WHERE email = 'ada@example.com'");
        await using var app = NpgsqlDataSource.Create(two.Crm.Storage.ConnectionString);

        Assert.Equal(2L, await AsAppAsync(app, acme.ToString(), "SELECT count(*) FROM crm.customers WHERE tenant_id = $1", acme));
    }

    private async Task<IReadOnlyList<string>> TenantTablesAsync() =>
    [
        .. (await two.Crm.Behind.RowsAsync(
            """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind IN ('r', 'p') AND NOT a.attisdropped ORDER BY 1
            """)).Select(row => (string)row[0]!),
    ];

    /// <summary>The one value, or the SQLSTATE of the refusal. Whatever it changed is undone.</summary>
    private async Task<object?> AsAppAsync(NpgsqlDataSource app, string scope, string sql, params object[] parameters)
    {
        await using var connection = await app.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (scope != "nobody")
        {
            await Sql.RowsAsync(connection, "SELECT set_config('palisade.scope', $1, true)", scope == "globex" ? two.Globex.ToString() : scope);
        }

        try
        {
            return (await Sql.RowsAsync(connection, sql, parameters)).Single().Single();
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }
}
