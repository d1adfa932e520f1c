using Npgsql;
using Palisade.Audit;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Tests.Storage;

public sealed class UnitOfWorkTests(StorageCluster cluster) : IAsyncLifetime
{
    private static readonly RequestFacts Facts = RequestFacts.OfProcess("test");

    private readonly ToldEvents told = new();
    private readonly TenantId ada = new(Guid.CreateVersion7());
    private readonly TenantId bert = new(Guid.CreateVersion7());
    private StorageOptions storage = null!;
    private PalisadeDatabase database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        storage = await cluster.MigratedAsync();
        await cluster.SuperuserAsync(
            $"""
            INSERT INTO tenancy.tenants VALUES ('{ada.Value}', 'Ada', now()), ('{bert.Value}', 'Bert', now());
            CREATE TABLE public.notes (text text NOT NULL);
            GRANT SELECT, INSERT ON public.notes TO palisade_app;
            """,
            storage);
        database = StorageCluster.Database(Limited(pool: 1), told);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task What_is_committed_stays_and_its_events_are_told_only_then()
    {
        await using (var work = await database.BeginAsync(ada, Facts, Cancel))
        {
            await work.ExecuteAsync("INSERT INTO public.notes VALUES ('kept')", [], Cancel);
            await work.RecordAsync(Event(ada), Cancel);
            Assert.Empty(told.Lines);
            await work.CommitAsync(Cancel);
        }

        Assert.Contains(SecurityEvents.AuditViewed.Name, Assert.Single(told.Lines), StringComparison.Ordinal);
        Assert.Equal((1, 1), await RowsAndEventsAsync());
    }

    [Fact]
    public async Task What_is_not_committed_leaves_neither_rows_nor_events()
    {
        await using (var work = await database.BeginAsync(ada, Facts, Cancel))
        {
            await work.ExecuteAsync("INSERT INTO public.notes VALUES ('lost')", [], Cancel);
            await work.RecordAsync(Event(ada), Cancel);
        }

        Assert.Empty(told.Lines);
        Assert.Equal((0, 0), await RowsAndEventsAsync());
    }

    [Fact]
    public async Task A_commit_after_a_swallowed_failure_is_refused_and_tells_nothing()
    {
        await using (var work = await database.BeginAsync(ada, Facts, Cancel))
        {
            await work.RecordAsync(Event(ada), Cancel);
            await Assert.ThrowsAsync<PostgresException>(() => work.ExecuteAsync("INSERT INTO public.notes VALUES (NULL)", [], Cancel));
            var refused = await Assert.ThrowsAsync<PostgresException>(() => work.CommitAsync(Cancel));
            Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, refused.SqlState);
        }

        Assert.Empty(told.Lines);
        Assert.Equal((0, 0), await RowsAndEventsAsync());
    }

    [Fact]
    public async Task An_event_that_cannot_be_written_takes_the_act_with_it()
    {
        await cluster.SuperuserAsync("REVOKE INSERT ON audit.events FROM palisade_app", storage);
        await using (var work = await database.BeginAsync(ada, Facts, Cancel))
        {
            await work.ExecuteAsync("INSERT INTO public.notes VALUES ('lost')", [], Cancel);
            await Assert.ThrowsAsync<PostgresException>(() => work.RecordAsync(Event(ada), Cancel));
            await Assert.ThrowsAsync<PostgresException>(() => work.CommitAsync(Cancel));
        }

        Assert.Equal((0, 0), await RowsAndEventsAsync());
    }

    [Fact]
    public async Task A_commit_is_not_interrupted_by_the_client_that_went_away()
    {
        using var client = new CancellationTokenSource();
        await using var work = await database.BeginAsync(ada, Facts, Cancel);
        await client.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => work.CommitAsync(client.Token));
        await work.CommitAsync(Cancel); // refused before it began, so it can still happen
    }

    [Fact]
    public async Task A_tenants_scope_ends_with_its_work_on_the_same_connection()
    {
        int server;
        await using (var work = await database.BeginAsync(ada, Facts, Cancel))
        {
            server = work.Connection.ProcessID;
            Assert.Equal("Ada", await TenantsAsync(work.Connection));
            await work.CommitAsync(Cancel);
        }

        await using (var work = await database.BeginAsync(bert, Facts, Cancel))
        {
            Assert.Equal((server, "Bert"), (work.Connection.ProcessID, await TenantsAsync(work.Connection)));
        }

        await using (var work = await database.BeginSystemAsync(Facts, Cancel))
        {
            Assert.Equal((server, "Ada,Bert"), (work.Connection.ProcessID, await TenantsAsync(work.Connection)));
            await work.CommitAsync(Cancel);
            // The same connection, before it goes back to the pool: outside of a transaction nobody's rows are seen.
            Assert.Equal("", await TenantsAsync(work.Connection));
        }
    }

    [Fact]
    public async Task A_single_read_sees_its_own_tenant_may_not_write_and_leaves_no_scope()
    {
        const string tenants = "SELECT coalesce(string_agg(name, ',' ORDER BY name), '') FROM tenancy.tenants WHERE $1";
        for (var use = 0; use < 6; use++) // from the third on the statements are prepared
        {
            Assert.Equal("Ada", await database.ReadAsync(ada, tenants, true, row => row.GetString(0), Cancel));
            Assert.Equal("Bert", await database.ReadAsync(bert, tenants, true, row => row.GetString(0), Cancel));
            Assert.Equal("Ada,Bert", await database.ReadSystemAsync(tenants, true, row => row.GetString(0), Cancel));
        }

        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.ReadAsync(
            ada, "INSERT INTO public.notes VALUES ($1) RETURNING text", "lost", row => row.GetString(0), Cancel));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);

        await using var work = await database.BeginAsync(ada, Facts, Cancel);
        await work.ExecuteAsync("INSERT INTO public.notes VALUES ('kept')", [], Cancel); // reading alone ended with the read
        await work.CommitAsync(Cancel);
        Assert.Equal("", await TenantsAsync(work.Connection));
    }

    [Fact]
    public async Task A_row_for_another_tenant_is_refused_whatever_the_statement_says()
    {
        await using var work = await database.BeginAsync(ada, Facts, Cancel);
        Assert.Equal(0, await work.ExecuteAsync("UPDATE tenancy.tenants SET name = 'Mine' WHERE id = $1", [bert.Value], Cancel));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => work.RecordAsync(Event(bert), Cancel));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    [Requirement("R253")]
    public async Task A_slow_interactive_statement_is_cancelled_on_the_server_after_five_seconds()
    {
        await using var unhurried = StorageCluster.Database(storage);
        await using var work = await unhurried.BeginAsync(ada, Facts, Cancel);
        var started = TimeProvider.System.GetTimestamp();
        var cancelled = await Assert.ThrowsAsync<PostgresException>(() => work.ExecuteAsync("SELECT pg_sleep(6)", [], Cancel));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, cancelled.SqlState);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 4.9, 8);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(6)%' AND state = 'active'"));
    }

    [Fact]
    public async Task A_report_may_take_longer_and_is_cancelled_in_its_turn()
    {
        await using var hurried = StorageCluster.Database(Limited(pool: 1, interactive: 200, report: 1000));
        await using (var interactive = await hurried.BeginAsync(ada, Facts, Cancel))
        {
            await Assert.ThrowsAsync<PostgresException>(() => interactive.ExecuteAsync("SELECT pg_sleep(0.5)", [], Cancel));
        }

        await using (var report = await hurried.BeginReportAsync(ada, Facts, Cancel))
        {
            await report.ExecuteAsync("SELECT pg_sleep(0.5)", [], Cancel);
            var cancelled = await Assert.ThrowsAsync<PostgresException>(() => report.ExecuteAsync("SELECT pg_sleep(3)", [], Cancel));
            Assert.Equal(PostgresErrorCodes.QueryCanceled, cancelled.SqlState);
        }

        // The one connection came back, with the interactive limit.
        await using var next = await hurried.BeginAsync(ada, Facts, Cancel);
        await Assert.ThrowsAsync<PostgresException>(() => next.ExecuteAsync("SELECT pg_sleep(0.5)", [], Cancel));
    }

    [Fact]
    public async Task A_lock_that_somebody_holds_refuses_the_act_within_two_seconds()
    {
        await using var holder = NpgsqlDataSource.Create(await cluster.AsAsync("postgres", storage));
        await using var connection = await holder.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var command = new NpgsqlCommand("LOCK TABLE audit.events", connection);
        await command.ExecuteNonQueryAsync(Cancel);

        await using var work = await database.BeginAsync(ada, Facts, Cancel);
        var started = TimeProvider.System.GetTimestamp();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => work.RecordAsync(Event(ada), Cancel));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, refused.SqlState);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1, 4);
    }

    private static SecurityEvent Event(TenantId tenant) => new(SecurityEvents.AuditViewed) { Tenant = tenant };

    private static async Task<string> TenantsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(string_agg(name, ',' ORDER BY name), '') FROM tenancy.tenants", connection);
        return (string)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private StorageOptions Limited(int pool, int interactive = 5000, int report = 30000) => new()
    {
        ConnectionString = storage.ConnectionString,
        MigrationConnectionString = storage.MigrationConnectionString,
        PoolMin = 0,
        PoolMax = pool,
        StatementTimeout = TimeSpan.FromMilliseconds(interactive),
        ReportTimeout = TimeSpan.FromMilliseconds(report),
    };

    private async Task<(long Rows, long Events)> RowsAndEventsAsync() =>
        (await CountAsync("SELECT count(*) FROM public.notes"), await CountAsync("SELECT count(*) FROM audit.events"));

    private async Task<long> CountAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(await cluster.AsAsync("postgres", storage));
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
