using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Accounts.Internal;
using Palisade.Hardening;

namespace Palisade.Crm.Tests.Accounts;

public sealed class HashPoolTests
{
    private static readonly Guid Acme = Guid.CreateVersion7();
    private static readonly Guid Small = Guid.CreateVersion7();

    [Fact]
    public async Task A_permit_stays_with_its_hash_when_clients_hang_up_and_who_hangs_up_waiting_is_never_hashed()
    {
        const int permits = 2;
        var pool = New(permits, patience: TimeSpan.FromSeconds(30), room: 1000);
        var (running, most, computed) = (0, 0, 0);
        using var hangUp = new CancellationTokenSource();
        using var release = new ManualResetEventSlim();
        var hashes = Enumerable.Range(0, 200).Select(index => pool.RunAsync(
            () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                release.Wait();
                Interlocked.Decrement(ref running);
                return Interlocked.Increment(ref computed);
            },
            index % 2 == 0 ? hangUp.Token : CancellationToken.None)).ToArray();

        await hangUp.CancelAsync();
        release.Set();
        foreach (var hash in hashes)
        {
            await hash.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        Assert.InRange(most, 1, permits);
        Assert.InRange(computed, 100, 100 + permits); // those under way when their clients hung up ran to their end
        Assert.All(hashes.Where((_, index) => index % 2 == 1), hash => Assert.True(hash.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Known_devices_go_first_and_the_companies_in_turn()
    {
        var pool = New(permits: 1, patience: TimeSpan.FromSeconds(30), room: 100);
        using var release = new ManualResetEventSlim();
        var order = new List<string>();
        var running = Enter(pool, Acme, known: false, () => release.Wait());
        var waiting = new List<Task> { running };
        for (var index = 0; index < 3; index++)
        {
            waiting.Add(Enter(pool, Guid.Empty, known: false, () => order.Add("nobody")));
        }

        waiting.Add(Enter(pool, Acme, known: false, () => order.Add("acme")));
        waiting.Add(Enter(pool, Acme, known: false, () => order.Add("acme")));
        waiting.Add(Enter(pool, Small, known: false, () => order.Add("small")));
        waiting.Add(Enter(pool, Acme, known: true, () => order.Add("known")));
        release.Set();
        await Task.WhenAll(waiting);

        Assert.Equal(["known", "nobody", "acme", "small", "nobody", "acme", "nobody"], order);
    }

    [Fact]
    public async Task Whoever_finds_no_room_or_no_turn_in_time_is_told_to_come_back_and_a_quarter_is_for_known_devices()
    {
        var pool = New(permits: 1, patience: TimeSpan.FromMilliseconds(50), room: 4);
        using var release = new ManualResetEventSlim();
        var running = Enter(pool, Acme, known: false, () => release.Wait());
        var late = await Assert.ThrowsAsync<ProblemException>(() => Enter(pool, Acme, known: false, () => { }));
        Assert.Equal((Problem.Busy, TimeSpan.FromSeconds(2)), (late.Problem, late.RetryAfter));

        using var second = pool.Enter(isKnown: false);
        using var third = pool.Enter(isKnown: false);
        Assert.Equal(Problem.Busy, Assert.Throws<ProblemException>(() => pool.Enter(isKnown: false)).Problem);
        using (pool.Enter(isKnown: true))
        {
            Assert.Equal(Problem.Busy, Assert.Throws<ProblemException>(() => pool.Enter(isKnown: true)).Problem);
        }

        release.Set();
        await running;
    }

    private static async Task Enter(HashPool pool, Guid company, bool known, Action hash)
    {
        using var place = pool.Enter(known);
        (place.Company, place.IsKnown) = (company, known);
        await pool.RunAsync(
            () =>
            {
                hash();
                return true;
            },
            place,
            CancellationToken.None);
    }

    private static HashPool New(int permits, TimeSpan patience, int room) => new(
        new AccountOptions { ParallelHashes = permits, HashPatience = patience, HashRoom = room },
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
