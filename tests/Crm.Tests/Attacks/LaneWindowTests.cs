using Npgsql;
using Palisade.Crm.Tests.Hosting;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>The counting itself, as the application's role calls it from many connections, with clocks of our own.</summary>
public sealed class LaneWindowTests(TestCluster cluster) : IAsyncLifetime
{
    private const int Limit = 5;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private StorageOptions storage = null!;
    private NpgsqlDataSource application = null!;

    public async ValueTask InitializeAsync()
    {
        storage = await cluster.NewDatabaseAsync(TestContext.Current.CancellationToken);
        application = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(storage.ConnectionString)
        {
            MaxPoolSize = Limit,
            MaxAutoPrepare = 8,
            Options = "-c palisade.scope=system",
        }.ConnectionString);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    [Fact]
    [Invariant("A3")]
    public async Task Failures_around_the_windows_end_are_counted_in_the_window_they_fell_into()
    {
        var random = new Random(20_250_818);
        var kept = 0;
        for (var round = 0; round < 1_000; round++)
        {
            var lane = new byte[32];
            random.NextBytes(lane);
            var first = DateTimeOffset.UnixEpoch.AddDays(20_000).AddMinutes(round);
            var (before, around) = (random.Next(1, Limit), random.Next(1, Limit));
            // The window ends with its last microsecond before: at its end exactly, the next one begins.
            var then = first + Window + TimeSpan.FromMicroseconds(random.Next(-50_000, 50_001));

            for (var failure = 0; failure < before; failure++)
            {
                await FailAsync(lane, first + failure * TimeSpan.FromSeconds(1));
            }

            var verdicts = await Task.WhenAll(Enumerable.Range(0, around).Select(_ => FailAsync(lane, then)));

            var sameWindow = then < first + Window;
            var expected = Math.Min(Limit, sameWindow ? before + around : around);
            Assert.Equal(sameWindow ? expected - before : around, verdicts.Count(verdict => verdict == "reserved"));
            kept += await FailuresAsync(lane) == expected ? 1 : 0;
        }

        Assert.Equal(1_000, kept);
    }

    [Fact]
    public async Task A_reservation_across_the_windows_end_counts_in_the_new_window()
    {
        var (lane, first) = (new byte[32], DateTimeOffset.UnixEpoch.AddDays(20_000));
        await FailAsync(lane, first);
        var (early, late) = (first + Window - TimeSpan.FromMilliseconds(1), first + Window + TimeSpan.FromMilliseconds(1));

        Assert.Equal("reserved", await ReserveAsync(lane, early));
        await SettleAsync(lane, late, dies: early.AddMinutes(1));
        // A server whose clock is behind must not bring the old window back.
        await FailAsync(lane, early);

        Assert.Equal(2, await FailuresAsync(lane));
    }

    private async Task<string> FailAsync(byte[] lane, DateTimeOffset now)
    {
        string verdict;
        while ((verdict = await ReserveAsync(lane, now)) == "full")
        {
            await Task.Yield(); // the others of this round hold every place that is left
        }

        if (verdict == "reserved")
        {
            await SettleAsync(lane, now, dies: now.AddMinutes(1));
        }

        return verdict;
    }

    private async Task<string> ReserveAsync(byte[] lane, DateTimeOffset now)
    {
        await using var reserve = Command(
            "SELECT verdict FROM accounts.reserve_attempt($1, $2, $3, $4, $4, $5)", lane, now, Limit, Window, now.AddMinutes(1));
        return (string)(await reserve.ExecuteScalarAsync())!;
    }

    private async Task SettleAsync(byte[] lane, DateTimeOffset now, DateTimeOffset dies)
    {
        await using var settle = Command(
            "SELECT accounts.settle_attempt($1, $2, $3, $4, $4, $5, 'failed')", lane, now, Limit, Window, dies);
        await settle.ExecuteScalarAsync();
    }

    private async Task<int> FailuresAsync(byte[] lane)
    {
        await using var read = Command("SELECT failures FROM accounts.attempt_lanes WHERE lane = $1", lane);
        return (int)(await read.ExecuteScalarAsync())!;
    }

    private NpgsqlCommand Command(string sql, params object[] parameters)
    {
        var command = application.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
