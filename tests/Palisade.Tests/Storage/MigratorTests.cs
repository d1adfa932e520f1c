using Npgsql;
using Palisade.Storage;

namespace Palisade.Tests.Storage;

public sealed class MigratorTests(StorageCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Requirement("R249")]
    public async Task An_empty_database_gets_every_migration_and_a_second_run_changes_nothing()
    {
        var storage = await cluster.EmptyAsync();
        var migrator = StorageCluster.MigratorOf(storage);
        Assert.Equal(PalisadeExtensions.Migrations, await migrator.ApplyAsync(Cancel));
        var before = await SchemaAsync(storage);
        Assert.Contains("audit.events", before, StringComparison.Ordinal);

        Assert.Empty(await migrator.ApplyAsync(Cancel));
        Assert.Empty(await migrator.PendingAsync(Cancel));
        Assert.Equal(before, await SchemaAsync(storage));
    }

    [Fact]
    public async Task Eight_migrators_at_once_apply_each_migration_once()
    {
        var storage = await cluster.EmptyAsync();
        var migrations = Numbered(30);
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => StorageCluster.MigratorOf(storage, migrations).ApplyAsync(Cancel), Cancel)));
        Assert.Equal(migrations.Select(one => one.Number), applied.SelectMany(mine => mine).Select(one => one.Number).Order());
        Assert.Equal(29, await ScalarAsync(storage, "SELECT count(*) FROM steps"));
    }

    [Fact]
    public async Task A_new_server_takes_the_first_migrations_of_several_databases_at_once()
    {
        await using var server = await ThrowawayCluster.StartAsync();
        await server.SuperuserAsync("postgres", "DROP DATABASE palisade; DROP OWNED BY palisade_owner; DROP ROLE palisade_owner, palisade_app, palisade_readonly, palisade_backup, palisade_retention, palisade_migrator");
        for (var number = 0; number < 6; number++)
        {
            await server.SuperuserAsync("postgres", $"CREATE DATABASE side_{number}");
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(
            () => StorageCluster.MigratorOf(server.Superuser($"side_{number}")).ApplyAsync(Cancel), Cancel)));
    }

    [Fact]
    public async Task Killed_at_any_statement_it_goes_on_where_it_was()
    {
        var storage = await cluster.EmptyAsync();
        var migrations = Numbered(80);
        var random = new Random(20260131);
        var kills = 0;
        for (var tries = 0; (await StorageCluster.MigratorOf(storage, migrations).PendingAsync(Cancel)).Count > 0; tries++)
        {
            Assert.InRange(tries, 0, 400);
            var running = Task.Run(() => StorageCluster.MigratorOf(storage, migrations).ApplyAsync(Cancel), Cancel);
            await Task.Delay(random.Next(2, 30), Cancel);
            await cluster.SuperuserAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'palisade-migrate' AND datname = current_database()",
                storage);
            try
            {
                await running;
            }
            catch (NpgsqlException)
            {
                kills++;
            }
        }

        Assert.InRange(kills, 20, int.MaxValue);
        // Every step whole, and once: a half-done one would have its row without its table, or the other way round.
        Assert.Equal(79, await ScalarAsync(storage, "SELECT count(*) FROM steps"));
        Assert.Equal(79, await ScalarAsync(storage, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'step\\_%'"));
        Assert.Equal(80, await ScalarAsync(storage, "SELECT count(*) FROM palisade.schema_migrations WHERE set = 'palisade'"));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_of_itself()
    {
        var storage = await cluster.EmptyAsync();
        Migration[] migrations = [.. Numbered(2), new("palisade", 3, "broken", "CREATE TABLE half (); SELECT 1/0")];
        await Assert.ThrowsAsync<PostgresException>(() => StorageCluster.MigratorOf(storage, migrations).ApplyAsync(Cancel));
        Assert.Equal("broken", Assert.Single(await StorageCluster.MigratorOf(storage, migrations).PendingAsync(Cancel)).Name);
        Assert.Equal(0, await ScalarAsync(storage, "SELECT count(*) FROM pg_tables WHERE tablename = 'half'"));
    }

    [Fact]
    public async Task A_migration_that_changed_after_it_was_applied_is_refused()
    {
        var storage = await cluster.EmptyAsync();
        await StorageCluster.MigratorOf(storage, Numbered(3)).ApplyAsync(Cancel);
        Migration[] changed = [.. Numbered(2), Numbered(3)[2] with { }, new("palisade", 4, "next", "SELECT 1")];
        changed[2] = new Migration("palisade", 3, "step", changed[2].Sql + " ");
        var refused = await Assert.ThrowsAsync<SchemaException>(() => StorageCluster.MigratorOf(storage, changed).ApplyAsync(Cancel));
        Assert.Contains("palisade 3 (step) was applied with other statements", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, await ScalarAsync(storage, "SELECT count(*) FROM palisade.schema_migrations"));
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_build_is_refused()
    {
        var storage = await cluster.EmptyAsync();
        await StorageCluster.MigratorOf(storage, Numbered(3)).ApplyAsync(Cancel);
        var refused = await Assert.ThrowsAsync<SchemaException>(() => StorageCluster.MigratorOf(storage, Numbered(2)).PendingAsync(Cancel));
        Assert.Contains("newer than this build: it has migration palisade 3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_somebody_holds_ends_a_migration_instead_of_queueing_everybody()
    {
        var storage = await cluster.EmptyAsync();
        await StorageCluster.MigratorOf(storage, Numbered(2)).ApplyAsync(Cancel);
        await using var holder = NpgsqlDataSource.Create(await cluster.AsAsync("postgres", storage));
        await using var connection = await holder.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var hold = new NpgsqlCommand("LOCK TABLE steps IN ACCESS SHARE MODE", connection);
        await hold.ExecuteNonQueryAsync(Cancel);

        Migration[] migrations = [.. Numbered(2), new("palisade", 3, "alter", "SET LOCAL lock_timeout = '200ms'; ALTER TABLE steps ADD note text")];
        var refused = await Assert.ThrowsAsync<PostgresException>(() => StorageCluster.MigratorOf(storage, migrations).ApplyAsync(Cancel));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refused.SqlState);
    }

    [Fact]
    public void Numbers_without_gaps_are_the_order()
    {
        Assert.Equal(Enumerable.Range(1, PalisadeExtensions.Migrations.Count), PalisadeExtensions.Migrations.Select(migration => migration.Number));
        var gap = Assert.Throws<InvalidOperationException>(() => Migration.InOrder("planted", [new("planted", 1, "one", ""), new("planted", 3, "three", "")]));
        Assert.Contains("three breaks the row", gap.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Migration.InOrder("planted", [new("planted", 1, "one", ""), new("planted", 1, "other", "")]));
    }

    /// <summary>The platform's first migration, then small ones that each make a table and count themselves.</summary>
    private static List<Migration> Numbered(int count) =>
    [
        new("palisade", 1, "spine", PalisadeExtensions.Migrations[0].Sql + "CREATE TABLE steps (number integer PRIMARY KEY);"),
        .. Enumerable.Range(2, count - 1).Select(number => new Migration(
            "palisade", number, "step", $"INSERT INTO steps VALUES ({number}); SELECT pg_sleep(0.002); CREATE TABLE step_{number} ();")),
    ];

    private async Task<string> SchemaAsync(StorageOptions storage)
    {
        await using var source = NpgsqlDataSource.Create(await cluster.AsAsync("postgres", storage));
        await using var command = source.CreateCommand("""
            SELECT string_agg(format('%s %s %s', oid::regclass, relkind, relacl), E'\n' ORDER BY oid) FROM pg_class WHERE oid > 16384
            """);
        return (string)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private async Task<long> ScalarAsync(StorageOptions storage, string sql)
    {
        await using var source = NpgsqlDataSource.Create(await cluster.AsAsync("postgres", storage));
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
