using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Tokens;
using Palisade.Encryption;
using Palisade.Tokens;

namespace Palisade.Crm.Tests.Attacks;

public sealed class KeyRotationLoadTests(KeyTrio trio) : IClassFixture<KeyTrio>
{
    private const int Seconds = 60;
    private const int PerSecond = 200;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Invariant("C9")]
    public async Task Three_rotations_in_a_minute_refuse_nobody_and_a_retired_key_is_refused_everywhere()
    {
        var clients = await SignedInAsync(24);
        var kids = new ConcurrentDictionary<string, int>();
        var refused = 0;

        // The servers' clock stands still but for the requests: each is five milliseconds, so for them it is 200 a second,
        // however fast this machine is. A server hears of a rotation in real seconds, which are the longer ones here.
        using (trio.First.Clock.Hold())
        {
            var sent = 0;
            await Task.WhenAll(clients.Select((pair, index) => Task.Run(async () =>
            {
                var (client, refresh) = pair;
                for (var number = 1; Interlocked.Increment(ref sent) is var count && count <= Seconds * PerSecond; number++)
                {
                    trio.First.Clock.Advance(TimeSpan.FromSeconds(1.0 / PerSecond));
                    if (count % (Seconds * PerSecond / 3) == Seconds * PerSecond / 12)
                    {
                        await trio.Instances[count % 3].Services.GetRequiredService<TokenKeys>().RotateAsync(Cancel);
                    }

                    var answer = await client[number % 3].GetAsync("/account");
                    if (number % 25 == 0)
                    {
                        var refreshed = await client[number % 3].PostAsync("/auth/refresh", new { refreshToken = refresh });
                        Use(client, refreshed["accessToken"]);
                        refresh = refreshed["refreshToken"];
                        kids.AddOrUpdate(KidOf(refreshed["accessToken"]), 1, (_, uses) => uses + 1);
                    }

                    if (answer.Status != HttpStatusCode.OK)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            })));
        }

        Assert.Equal(0, refused);
        Assert.Equal(4, kids.Count); // the rotations happened, and each key had its turn
        await RetireAsync(clients[0].Clients);
    }

    [Theory]
    [Invariant("C9")]
    [InlineData(60, 0, "invalid_token")]
    [InlineData(31, 0, "invalid_token")]
    [InlineData(4, 0, null)]
    [InlineData(-60, 0, null)]
    [InlineData(-60, 15 * 60 - 30, "token_expired")]
    [InlineData(0, 15 * 60 + 30, "token_expired")]
    public async Task A_clock_that_is_wrong_makes_a_token_live_at_most_thirty_seconds_longer(int issuerAhead, int later, string? code)
    {
        var person = await trio.Office.HireAsync("viewer");
        using var client = trio.First.NewClient();
        var honest = (await person.LoginAsync(client))["accessToken"];
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(honest.Split('.')[1])).RootElement;
        var services = trio.First.Services;
        var issuer = new AccessTokens(
            services.GetRequiredService<TokenKeys>(), services.GetRequiredService<TokenOptions>(), new Skewed(trio.First.Clock, TimeSpan.FromSeconds(issuerAhead)));

        client.AccessToken = issuer.Issue(person.Id, claims.GetProperty("sid").GetGuid(), claims.GetProperty("ver").GetInt32());
        trio.First.Clock.Advance(TimeSpan.FromSeconds(later));

        Assert.Equal(code, (await client.GetAsync("/account")).Code);
    }

    private async Task RetireAsync(ApiClient[] client)
    {
        var keys = trio.First.Services.GetRequiredService<TokenKeys>();
        var leaked = client[0].AccessToken!;
        Assert.Contains(keys.List(), key => key.Kid == KidOf(leaked) && key.State is KeyState.Active or KeyState.Verifying);

        var since = Stopwatch.StartNew();
        Assert.True(await keys.RetireAsync(KidOf(leaked), Cancel));
        var waiting = trio.Instances.Count;
        while (waiting > 0)
        {
            Assert.InRange(since.Elapsed.TotalSeconds, 0, 5);
            var answers = await Task.WhenAll(client.Select(one => one.GetAsync("/account")));
            waiting = answers.Count(answer => answer.Status == HttpStatusCode.OK);
        }

        Assert.Equal(["invalid_token"], (await Task.WhenAll(client.Select(one => one.GetAsync("/account")))).Select(answer => answer.Code).Distinct());
    }

    private async Task<List<(ApiClient[] Clients, string Refresh)>> SignedInAsync(int count)
    {
        var person = await trio.Office.HireAsync("viewer");
        var clients = new List<(ApiClient[], string)>();
        for (var index = 0; index < count; index++)
        {
            ApiClient[] ofEach = [.. trio.Instances.Select(server => server.NewClient())];
            var signedIn = await person.LoginAsync(ofEach[0]);
            Use(ofEach, signedIn["accessToken"]);
            clients.Add((ofEach, signedIn["refreshToken"]));
        }

        return clients;
    }

    private static void Use(ApiClient[] clients, string token)
    {
        foreach (var client in clients)
        {
            client.AccessToken = token;
        }
    }

    private static string KidOf(string token) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement.GetProperty("kid").GetString()!;

    private sealed class Skewed(TimeProvider clock, TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + ahead;
    }
}
