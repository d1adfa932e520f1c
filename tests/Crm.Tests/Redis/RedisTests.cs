using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Redis;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tokens;

namespace Palisade.Crm.Tests.Redis;

/// <summary>Two servers, one database, and a real Redis that is treated badly.</summary>
public sealed class RedisTests(TestCluster cluster)
{
    [Fact]
    [Invariant("D3")]
    public async Task A_thousand_revocations_survive_an_emptied_and_restarted_redis()
    {
        await using var pair = await Pair.StartAsync(cluster);
        var tokens = await pair.SignedInAsync(1_000);
        Assert.Equal(0, await pair.CountRefusedAsync(tokens));
        await pair.RevokeAllAsync();

        await pair.Redis.AskAsync("FLUSHALL");
        await pair.Redis.StopAsync();
        await pair.Redis.StartAsync();

        await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None); // what "within a second" allows
        Assert.Equal(2 * 1_000, await pair.CountRefusedAsync(tokens));
    }

    [Fact]
    [Invariant("D4")]
    public async Task Revocations_survive_a_promoted_replica_and_nothing_is_read_from_one()
    {
        await using var replica = await TestRedis.StartAsync();
        await using var pair = await Pair.StartAsync(cluster, secondRedis: replica);
        await replica.AskAsync("REPLICAOF", "127.0.0.1", pair.Redis.Port.ToString(CultureInfo.InvariantCulture));
        while (await replica.InfoAsync("master_link_status") != "up")
        {
            await Task.Delay(20, CancellationToken.None);
        }

        var tokens = await pair.SignedInAsync(100);
        Assert.Equal(0, await pair.CountRefusedAsync(tokens));
        pair.Redis.Freeze(); // the link is cut, and with it the bell
        await pair.RevokeAllAsync();
        await replica.AskAsync("REPLICAOF", "NO", "ONE");
        await pair.Redis.StopAsync();

        await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal(2 * 100, await pair.CountRefusedAsync(tokens));
        Assert.Equal("0", await replica.InfoAsync("keyspace_hits"));
        Assert.Equal(":0", await replica.AskAsync("DBSIZE"));
    }

    [Fact]
    [Invariant("D7")]
    public async Task A_full_redis_evicts_nothing_and_one_that_might_stops_the_start()
    {
        await using var pair = await Pair.StartAsync(cluster, "--maxmemory 3mb");
        for (var key = 0; (await pair.Redis.AskAsync("SET", $"filler{key}", new string('x', 100_000))).StartsWith("+OK", StringComparison.Ordinal); key++)
        {
            Assert.True(key < 100, "it never became full");
        }

        var tokens = await pair.SignedInAsync(20);
        Assert.Equal(0, await pair.CountRefusedAsync(tokens));
        await pair.RevokeAllAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal(2 * 20, await pair.CountRefusedAsync(tokens));
        Assert.Equal("0", await pair.Redis.InfoAsync("evicted_keys"));

        foreach (var policy in (string[])["allkeys-lru", "allkeys-random", "volatile-lru", "volatile-ttl"])
        {
            await pair.Redis.AskAsync("CONFIG", "SET", "maxmemory-policy", policy);
            await using var late = new CrmInstance(cluster) { Beside = pair.First, Settings = Pair.With(pair.Redis) };
            var refused = await Assert.ThrowsAsync<UnsafeRedisException>(async () => await late.InitializeAsync());
            Assert.Contains(policy, refused.Message, StringComparison.Ordinal);
            Assert.Contains("noeviction", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Requirement("R077")]
    [Invariant("D6")]
    public async Task A_redis_that_is_stopped_frozen_or_read_only_costs_nobody_anything_and_comes_back_by_itself()
    {
        const int limit = 5;
        await using var pair = await Pair.StartAsync(cluster);
        Assert.True(await pair.BellRingsAsync(TimeSpan.FromSeconds(10)));
        var usual = await pair.UsualWaitAsync();
        var faults = new (Func<Task> TakeAway, Func<Task> GiveBack)[]
        {
            (pair.Redis.StopAsync, pair.Redis.StartAsync),
            (() => Done(pair.Redis.Freeze), () => Done(pair.Redis.Thaw)),
            (() => pair.Redis.AskAsync("REPLICAOF", "127.0.0.1", "1"), () => pair.Redis.AskAsync("REPLICAOF", "NO", "ONE")), // READONLY, as after a failover
        };
        foreach (var (takeAway, giveBack) in faults)
        {
            await takeAway();
            var away = Stopwatch.StartNew();
            Assert.InRange((await pair.GuessAsync(3 * limit)).Count(answer => answer.Code == "invalid_credentials"), 1, limit);
            while (away.Elapsed < TimeSpan.FromSeconds(30))
            {
                Assert.InRange(await pair.UsualWaitAsync() - usual, TimeSpan.MinValue, TimeSpan.FromMilliseconds(250));
                Assert.Equal(HttpStatusCode.OK, (await pair.Admin.GetAsync("/api/admin/users")).Status); // it needs nothing that is away
                var tokens = await pair.SignedInAsync(5);
                var asked = Stopwatch.StartNew();
                Assert.Equal(0, await pair.CountRefusedAsync(tokens));
                await pair.RevokeAllAsync(); // does not wait for Redis
                Assert.InRange(asked.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
                Assert.Equal(2 * 5, await pair.CountRefusedAsync(tokens)); // fails closed, by the record
            }

            await giveBack();
            Assert.True(await pair.BellRingsAsync(TimeSpan.FromSeconds(10)));
        }

        Assert.DoesNotContain("palisade_redis_fallbacks_total 0\n", (await pair.First.NewClient().GetAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R057", "R063")]
    public async Task Redis_holds_nothing_at_all_and_no_row_anything_that_opens_a_session()
    {
        await using var pair = await Pair.StartAsync(cluster);
        using var browser = pair.First.NewClient();
        var signedIn = await browser.LoginAsync(pair.Person.Email);
        string[] secrets = [.. browser.Cookies.GetAllCookies().Select(cookie => cookie.Value), signedIn["accessToken"], signedIn["csrfToken"]];
        browser.CsrfToken = signedIn["csrfToken"];
        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync("/auth/logout", new { })).Status);
        var tokens = await pair.SignedInAsync(5);
        Assert.Equal(0, await pair.CountRefusedAsync(tokens));
        await pair.RevokeAllAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal(2 * 5, await pair.CountRefusedAsync(tokens)); // within a second, on every server

        Assert.Equal(":0", await pair.Redis.AskAsync("DBSIZE"));
        var rows = await pair.First.Behind.WholeTextAsync();
        Assert.DoesNotContain(secrets, secret => rows.Contains(secret, StringComparison.Ordinal));
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    /// <summary>Two servers and what they share.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private Office office = null!;

        public required TestRedis Redis { get; init; }

        public required CrmInstance First { get; init; }

        public required CrmInstance Second { get; init; }

        public Person Person { get; private set; } = null!;

        public ApiClient Admin => office.Admin;

        public static Dictionary<string, string> With(TestRedis redis) => new Dictionary<string, string> { ["REDIS_URL"] = redis.Address };

        public static async Task<Pair> StartAsync(TestCluster cluster, string? setting = null, TestRedis? secondRedis = null)
        {
            var redis = await TestRedis.StartAsync(setting is null ? [] : [setting]);
            var first = new CrmInstance(cluster) { Settings = With(redis) };
            await first.InitializeAsync();
            var second = new CrmInstance(cluster) { Settings = With(secondRedis ?? redis), Beside = first };
            await second.InitializeAsync();
            var pair = new Pair { Redis = redis, First = first, Second = second, office = await Office.OpenAsync(first) };
            pair.Person = await pair.office.HireAsync("viewer");
            return pair;
        }

        /// <summary>Access tokens of so many new sessions of one person.</summary>
        public async Task<IReadOnlyList<string>> SignedInAsync(int count)
        {
            var (store, tokens) = (First.Services.GetRequiredService<SessionStore>(), First.Services.GetRequiredService<AccessTokens>());
            await using var work = await BeginAsync();
            var user = (await UserStore.FindAsync(work, Person.Id, CancellationToken.None))!;
            var issued = new List<string>();
            for (var index = 0; index < count; index++)
            {
                var session = await store.BeginAsync(work, user, new SessionStart(AuthenticationLevel.Password, "password", "native"), CancellationToken.None);
                issued.Add(tokens.Issue(user.Id, session.Id, user.SessionVersion));
            }

            await work.CommitAsync(CancellationToken.None);
            return issued;
        }

        /// <summary>Wrong passwords for somebody new, at both servers in turn.</summary>
        public async Task<IReadOnlyList<Answer>> GuessAsync(int count)
        {
            var victim = await office.HireAsync("viewer");
            using var first = First.NewClient();
            using var second = Second.NewClient();
            var answers = new List<Answer>();
            for (var guess = 0; guess < count; guess++)
            {
                answers.Add(await (guess % 2 == 0 ? first : second).LoginAsync(victim.Email, "Wrong horse 1 battery!", "native"));
            }

            return answers;
        }

        /// <summary>How long a signed-in read waits: the median of thirty at the second server.</summary>
        public async Task<TimeSpan> UsualWaitAsync()
        {
            using var client = Second.NewClient();
            client.AccessToken = (await SignedInAsync(1))[0];
            var waits = new List<TimeSpan>();
            for (var read = 0; read < 30; read++)
            {
                var since = Stopwatch.StartNew();
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
                waits.Add(since.Elapsed);
            }

            return waits.Order().ElementAt(waits.Count / 2);
        }

        /// <summary>Ends each session of the person in a transaction of its own.</summary>
        public async Task RevokeAllAsync()
        {
            var store = First.Services.GetRequiredService<SessionStore>();
            var ids = await First.Behind.ReadAsync<Guid[]>("SELECT array_agg(id) FROM sessions.sessions WHERE user_id = $1 AND revoked_at IS NULL", Person.Id);
            await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (id, cancellationToken) =>
            {
                await using var work = await BeginAsync();
                await store.RevokeAsync(work, id, "test", cancellationToken);
                await work.CommitAsync(cancellationToken);
            });
        }

        /// <summary>Of every token at both servers, how many are refused as revoked; any other refusal is none.</summary>
        public async Task<int> CountRefusedAsync(IReadOnlyList<string> tokens)
        {
            var refused = 0;
            foreach (var server in new[] { First, Second })
            {
                using var client = server.NewClient();
                foreach (var token in tokens)
                {
                    client.AccessToken = token;
                    refused += (await client.GetAsync("/account")).Code == "token_revoked" ? 1 : 0;
                }
            }

            return refused;
        }

        /// <summary>Whether a message passes between the servers, waiting so long for it.</summary>
        public async Task<bool> BellRingsAsync(TimeSpan patience)
        {
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Second.Services.GetRequiredService<RedisLink>().Subscribe("palisade:test", () => heard.TrySetResult());
            var link = First.Services.GetRequiredService<RedisLink>();
            for (var waited = Stopwatch.StartNew(); waited.Elapsed < patience && !heard.Task.IsCompleted;)
            {
                await link.TryPublishAsync("palisade:test");
                await Task.WhenAny(heard.Task, Task.Delay(100));
            }

            return heard.Task.IsCompleted;
        }

        public async ValueTask DisposeAsync()
        {
            office.Dispose();
            await Second.DisposeAsync();
            await First.DisposeAsync();
            await Redis.DisposeAsync();
        }

        private ValueTask<UnitOfWork> BeginAsync() =>
            First.Services.GetRequiredService<PalisadeDatabase>().BeginSystemAsync(RequestFacts.OfProcess("test"), CancellationToken.None);
    }
}
