using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Encryption;
using Palisade.Tokens;

namespace Palisade.Crm.Tests.Tokens;

public sealed class KeyRotationTests(CrmTrio trio) : IClassFixture<CrmTrio>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_published_before_it_signs_and_verifies_until_its_last_token_is_over()
    {
        var keys = trio.First.Services.GetRequiredService<TokenKeys>();
        using var client = trio.First.NewClient();
        var person = await trio.Office.HireAsync("viewer");
        trio.First.Clock.Advance(TimeSpan.FromHours(1)); // every turn that another test began is over
        var old = await TokenAsync(client, person);
        Assert.Equal([KidOf(old)], await PublishedAsync(trio.First));

        Assert.True(await keys.RotateAsync(Cancel));
        var published = await PublishedAsync(trio.First);
        Assert.Equal((2, KidOf(old)), (published.Count, KidOf(await TokenAsync(client, person)))); // known, and not signing yet

        trio.First.Clock.Advance(TimeSpan.FromMinutes(10));
        var young = await TokenAsync(client, person);
        Assert.Equal(published.Except([KidOf(old)]), [KidOf(young)]);
        foreach (var server in trio.Instances)
        {
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [(await WithTokenAsync(server, old)).Status, (await WithTokenAsync(server, young)).Status]);
        }

        trio.First.Clock.Advance(TimeSpan.FromMinutes(15.6));
        foreach (var server in trio.Instances)
        {
            Assert.Equal("invalid_token", (await WithTokenAsync(server, old)).Code);
            Assert.Equal([KidOf(young)], await PublishedAsync(server));
        }
    }

    [Fact]
    public async Task Rotations_on_three_servers_at_once_make_one_successor()
    {
        var before = await KeysAsync();

        var rotated = await Task.WhenAll(trio.Instances.SelectMany(server => Enumerable.Range(0, 3).Select(_ => server.Services.GetRequiredService<TokenKeys>().RotateAsync(Cancel))));

        // Who came after a successor was there gave that one a successor too; at no time were there two heads.
        Assert.Equal(before + rotated.Count(done => done), await KeysAsync());
        Assert.Equal(1, await trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM encryption.keys WHERE purpose = 'AccessTokens' AND active"));
        trio.First.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Single(trio.First.Services.GetRequiredService<TokenKeys>().List(), key => key is { Use: "sig", State: KeyState.Active });
    }

    [Fact]
    public async Task A_key_that_is_old_enough_gets_one_successor_by_itself()
    {
        var before = await KeysAsync();

        trio.First.Clock.Advance(TimeSpan.FromDays(90));
        await UntilAsync(async () => await KeysAsync() > before);
        await UntilAsync(() => Task.FromResult(trio.Instances.All(server => server.Services.GetRequiredService<TokenKeys>().List().Count(key => key.Use == "sig") == before + 1)));

        Assert.Equal(before + 1, await KeysAsync());
        Assert.True(await trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events WHERE type = 'KEY_ROTATED'") > 0);
    }

    [Fact]
    public async Task Whichever_key_is_retired_there_is_another_that_signs()
    {
        var keys = trio.First.Services.GetRequiredService<TokenKeys>();
        var person = await trio.Office.HireAsync("viewer");
        using var client = trio.First.NewClient();
        foreach (var state in (KeyState[])[KeyState.Active, KeyState.Upcoming, KeyState.Verifying])
        {
            await keys.RotateAsync(Cancel);
            trio.First.Clock.Advance(TimeSpan.FromMinutes(10));
            await keys.RotateAsync(Cancel);
            var before = await TokenAsync(client, person);
            var key = keys.List().Last(key => key.Use == "sig" && key.State == state);

            Assert.True(await keys.RetireAsync(key.Kid, Cancel));
            Assert.False(await keys.RetireAsync(key.Kid, Cancel));

            var after = await TokenAsync(client, person);
            Assert.NotEqual(key.Kid, KidOf(after));
            Assert.Equal(HttpStatusCode.OK, (await WithTokenAsync(trio.First, after)).Status);
            Assert.Equal(state == KeyState.Active ? "invalid_token" : null, (await WithTokenAsync(trio.First, before)).Code);
            Assert.DoesNotContain(key.Kid, await PublishedAsync(trio.First));
        }

        Assert.False(await keys.RetireAsync("no such key", Cancel));
    }

    [Fact]
    public async Task A_server_that_has_not_heard_of_a_key_yet_asks_before_it_refuses()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var client = trio.First.NewClient();
        for (var round = 0; round < 5; round++)
        {
            var keys = trio.First.Services.GetRequiredService<TokenKeys>();
            await keys.RetireAsync(keys.List().Last(key => key is { Use: "sig", State: KeyState.Active }).Kid, Cancel);
            var token = await TokenAsync(client, person);
            foreach (var server in trio.Instances.Skip(1))
            {
                Assert.Equal(HttpStatusCode.OK, (await WithTokenAsync(server, token)).Status);
            }
        }
    }

    private Task<long> KeysAsync() => trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM encryption.keys WHERE purpose = 'AccessTokens'");

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<string> TokenAsync(ApiClient client, Person person) => (await person.LoginAsync(client))["accessToken"];

    private static async Task<Answer> WithTokenAsync(CrmInstance server, string token)
    {
        using var client = server.NewClient();
        client.AccessToken = token;
        return await client.GetAsync("/account");
    }

    private static async Task<IReadOnlyList<string>> PublishedAsync(CrmInstance server)
    {
        using var client = server.NewClient();
        var answer = await client.GetAsync("/.well-known/jwks.json");
        Assert.Equal("public, max-age=300", answer.Headers.CacheControl?.ToString());
        Assert.DoesNotContain("\"d\"", answer.Text, StringComparison.Ordinal);
        return [.. answer.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private static string KidOf(string token) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement.GetProperty("kid").GetString()!;
}
