using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Palisade.Audit;
using Palisade.Storage;
using Palisade.Storage.Internal;

namespace Palisade.Tests.Storage;

public sealed class PoolTests(StorageCluster cluster)
{
    private static readonly RequestFacts Facts = RequestFacts.OfProcess("test");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Requirement("R252")]
    public async Task Fifty_callers_share_ten_named_connections()
    {
        var storage = await cluster.MigratedAsync();
        await using var database = StorageCluster.Database(storage);
        var most = 0L;
        var callers = Enumerable.Range(0, 50).Select(_ => Task.Run(
            async () =>
            {
                await using var work = await database.BeginSystemAsync(Facts, Cancel);
                await work.ExecuteAsync("SELECT pg_sleep(0.1)", [], Cancel);
            },
            Cancel)).ToList();
        await using var watcher = NpgsqlDataSource.Create(await cluster.AsAsync("postgres", storage));
        await using var count = watcher.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'palisade' AND usename = 'palisade_app' AND datname = current_database()");
        while (!callers.TrueForAll(caller => caller.IsCompleted))
        {
            most = Math.Max(most, (long)(await count.ExecuteScalarAsync(Cancel))!);
        }

        await Task.WhenAll(callers);
        Assert.Equal(10, most);
        await using var all = watcher.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE usename = 'palisade_app' AND datname = current_database()");
        Assert.InRange((long)(await all.ExecuteScalarAsync(Cancel))!, 1, 10);
    }

    [Fact]
    public void The_limits_are_those_that_were_asked_for()
    {
        using var source = AppDataSource.Create(new StorageOptions { ConnectionString = "Host=/nowhere;Username=palisade_app", MigrationConnectionString = "" });
        var connection = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        Assert.Equal((2, 10, 10, 2), (connection.MinPoolSize, connection.MaxPoolSize, connection.ConnectionIdleLifetime, connection.Timeout));
        Assert.Equal("palisade", connection.ApplicationName);
    }

    [Fact]
    [Requirement("R252")]
    public async Task A_pool_without_a_free_connection_answers_after_two_seconds()
    {
        var storage = await cluster.MigratedAsync();
        await using var database = StorageCluster.Database(new StorageOptions { ConnectionString = storage.ConnectionString, MigrationConnectionString = "", PoolMax = 2 });
        await using var one = await database.BeginSystemAsync(Facts, Cancel);
        await using var two = await database.BeginSystemAsync(Facts, Cancel);
        await FailsWithinTwoSecondsAsync(() => database.BeginSystemAsync(Facts, Cancel).AsTask());
    }

    [Fact]
    [Requirement("R252")]
    public async Task A_server_that_is_away_or_does_not_answer_fails_within_two_seconds()
    {
        await using var server = await ThrowawayCluster.StartAsync();
        await StorageCluster.MigratorOf(server.Superuser("palisade")).ApplyAsync(Cancel);
        await using var database = StorageCluster.Database(server.Login("palisade_app", "palisade"));

        await SignalAsync("-STOP", server.Cluster.ServerProcessId);
        await FailsWithinTwoSecondsAsync(() => database.BeginSystemAsync(Facts, Cancel).AsTask());
        Assert.False(await database.IsReachableAsync(Cancel));
        await SignalAsync("-CONT", server.Cluster.ServerProcessId);
        Assert.True(await database.IsReachableAsync(Cancel));

        await server.StopAsync();
        await FailsWithinTwoSecondsAsync(() => database.BeginSystemAsync(Facts, Cancel).AsTask());
        Assert.False(await database.IsReachableAsync(Cancel));
    }

    [Fact]
    public async Task No_acknowledged_commit_is_lost_and_the_pool_recovers_when_the_server_is_killed_under_load()
    {
        await using var server = await ThrowawayCluster.StartAsync();
        await StorageCluster.MigratorOf(server.Superuser("palisade")).ApplyAsync(Cancel);
        await server.SuperuserAsync("palisade", "CREATE TABLE public.acked (id uuid PRIMARY KEY); GRANT INSERT, SELECT ON public.acked TO palisade_app");
        await using var database = StorageCluster.Database(server.Login("palisade_app", "palisade"));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<Guid>();
        var failures = 0;
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    try
                    {
                        var id = Guid.CreateVersion7();
                        await using var work = await database.BeginSystemAsync(Facts, Cancel);
                        await work.ExecuteAsync("INSERT INTO public.acked VALUES ($1)", [id], Cancel);
                        await work.CommitAsync(Cancel);
                        acknowledged.Add(id);
                    }
                    catch (NpgsqlException)
                    {
                        Interlocked.Increment(ref failures);
                        await Task.Delay(20, Cancel);
                    }
                }
            },
            Cancel)).ToList();

        for (var kill = 0; kill < 3; kill++)
        {
            var before = acknowledged.Count;
            await WaitAsync(() => acknowledged.Count > before + 200);
            var (failed, server1) = (failures, server.Cluster.ServerProcessId);
            await SignalAsync("-KILL", server1);
            await WaitAsync(() => failures > failed);
            var killed = acknowledged.Count;
            await WaitAsync(() => acknowledged.Count > killed + 200); // without a restart of ours
        }

        await enough.CancelAsync();
        await Task.WhenAll(writers);
        await using var work = await database.BeginSystemAsync(Facts, Cancel);
        var kept = await work.ListAsync("SELECT id FROM public.acked", [], row => row.GetGuid(0), Cancel);
        Assert.Empty(acknowledged.Except(kept));
    }

    private static async Task FailsWithinTwoSecondsAsync(Func<Task> act)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAnyAsync<NpgsqlException>(act);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 2.5);
    }

    private static async Task WaitAsync(Func<bool> reached)
    {
        for (var waited = Stopwatch.StartNew(); !reached(); await Task.Delay(10, Cancel))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), "It did not come about within 20 s.");
        }
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancel);
    }
}
