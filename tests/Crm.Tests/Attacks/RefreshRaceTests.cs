using System.Net;
using System.Security.Cryptography;
using System.Text;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeServers))]
public sealed class RefreshRaceTests(CrmTrio trio)
{
    [Fact]
    [Invariant("C1")]
    [Requirement("R052")]
    public async Task A_hundred_parallel_refreshes_of_one_token_give_one_successor()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var volley = await Volley.OpenAsync(100, trio.Instances);
        using var client = trio.First.NewClient();
        var token = (await person.LoginAsync(client))["refreshToken"];
        for (var round = 1; round <= 5; round++)
        {
            var answers = await volley.FireAsync((caller, _) => RefreshAsync(caller, token));

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            token = Assert.Single(answers.Select(answer => answer["refreshToken"]).Distinct());
            Assert.Equal(1, await trio.First.Behind.ReadAsync<long>(
                "SELECT count(*) FROM sessions.sessions WHERE user_id = $1 AND family_generation = $2 AND refresh_hash = $3 AND revoked_at IS NULL",
                person.Id, round + 1, SHA256.HashData(Encoding.ASCII.GetBytes(token))));
        }
    }

    [Fact]
    [Invariant("C2")]
    public async Task A_grandparent_token_ends_its_family_even_within_the_leeway()
    {
        var person = await trio.Office.HireAsync("viewer");
        Assert.Equal(100, await CountRefusedGrandparentsAsync(trio, person));
    }

    [Fact]
    [Invariant("C4")]
    public async Task Two_rotations_in_the_same_instant_still_have_an_order()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var still = trio.First.Clock.Hold();
        Assert.Equal(100, await CountRefusedGrandparentsAsync(trio, person));
    }

    [Fact]
    [Requirement("R052")]
    public async Task A_rotated_token_that_comes_back_later_ends_its_family_and_is_an_event()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var client = trio.First.NewClient();
        var first = await person.LoginAsync(client);
        var second = await RefreshAsync(client, first["refreshToken"]);
        trio.First.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("token_reused", (await RefreshAsync(client, first["refreshToken"])).Code);

        Assert.Equal("session_expired", (await RefreshAsync(client, second["refreshToken"])).Code);
        client.AccessToken = second["accessToken"];
        Assert.Equal("token_revoked", (await client.GetAsync("/account")).Code);
        Assert.Equal(1, await trio.First.Behind.EventsAsync("TOKEN_REUSED", person.Id, "spent_token"));
    }

    private static Task<Answer> RefreshAsync(ApiClient client, string refreshToken) => client.PostAsync("/auth/refresh", new { refreshToken });

    /// <summary>Of a hundred families rotated twice, how many the first token ends, head and access token included.</summary>
    private static async Task<int> CountRefusedGrandparentsAsync(CrmTrio trio, Person person)
    {
        var refused = 0;
        for (var round = 0; round < 100; round++)
        {
            using var client = trio.Instances[round % 3].NewClient();
            using var other = trio.Instances[(round + 1) % 3].NewClient();
            var first = await person.LoginAsync(client);
            var second = await RefreshAsync(client, first["refreshToken"]);
            var third = await RefreshAsync(client, second["refreshToken"]);
            Assert.Equal(third["refreshToken"], (await RefreshAsync(other, second["refreshToken"]))["refreshToken"]); // the parent is tolerated

            var reused = await RefreshAsync(other, first["refreshToken"]);
            var head = await RefreshAsync(client, third["refreshToken"]);
            client.AccessToken = third["accessToken"];
            var access = await client.GetAsync("/account");
            refused += (reused.Code, head.Code, access.Code) == ("token_reused", "session_expired", "token_revoked") ? 1 : 0;
        }

        Assert.Equal(100, await trio.First.Behind.ReadAsync<long>(
            "SELECT count(*) FROM sessions.sessions WHERE user_id = $1 AND revoke_reason = 'token_reused'", person.Id));
        return refused;
    }
}
