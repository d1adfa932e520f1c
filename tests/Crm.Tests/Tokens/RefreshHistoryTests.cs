using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Tokens;

public sealed class RefreshHistoryTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    public async Task The_history_of_a_session_shows_where_two_holders_of_one_token_parted()
    {
        var person = await place.Office.HireAsync("viewer");
        using var owner = crm.NewClient();
        var first = (await person.LoginAsync(owner))["refreshToken"];
        var second = (await RefreshAsync(owner, first, "Palisade for Android"))["refreshToken"];
        await RefreshAsync(owner, first, "Palisade for Android"); // the answer was lost
        crm.Clock.Advance(TimeSpan.FromMinutes(20));
        await RefreshAsync(owner, second, "Palisade for Android");
        crm.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("token_reused", (await RefreshAsync(owner, second, "curl of a thief")).Code);
        var session = await crm.Behind.ReadAsync<Guid>("SELECT id FROM sessions.sessions WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1", person.Id);

        owner.AccessToken = (await person.LoginAsync(owner))["accessToken"];
        var items = (await owner.GetAsync($"/account/sessions/{session:D}/history")).Json.GetProperty("items").EnumerateArray()
            .Select(item => (
                item.GetProperty("generation").GetInt32(), item.GetProperty("outcome").GetString(), item.GetProperty("userAgent").GetString(),
                item.GetProperty("divergence").GetBoolean(), item.GetProperty("ip").GetString()!.Length > 2));

        Assert.Equal(
            [
                (2, "reused", "curl of a thief", true, true),
                (2, "rotated", "Palisade for Android", true, true),
                (1, "retried", "Palisade for Android", false, true),
                (1, "rotated", "Palisade for Android", false, true),
            ],
            items);
        var ended = Assert.Single(
            (await owner.GetAsync("/account/sessions/ended")).Json.GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetGuid() == session);
        var parted = ended.GetProperty("divergence");
        Assert.Equal(("token_reused", "native"), (ended.GetProperty("reason").GetString(), ended.GetProperty("client").GetString()));
        Assert.Equal((2, "curl of a thief"), (parted.GetProperty("generation").GetInt32(), parted.GetProperty("device").GetString()));
        Assert.Equal(ended.GetProperty("endedAt").GetDateTimeOffset(), parted.GetProperty("at").GetDateTimeOffset(), TimeSpan.FromSeconds(5));
        Assert.Equal(1, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE user_id = $1 AND template = 'token_reused'", person.Id));
        Assert.Equal(1, await crm.Behind.EventsAsync("TOKEN_REUSED", person.Id, "spent_token"));
    }

    [Fact]
    public async Task Nobody_sees_the_history_of_anothers_session()
    {
        var person = await place.Office.HireAsync("viewer");
        var other = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        await person.LoginAsync(client);
        var session = await crm.Behind.ReadAsync<Guid>("SELECT id FROM sessions.sessions WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1", person.Id);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"/account/sessions/{session:D}/history")).Status);
        client.AccessToken = (await other.LoginAsync(client))["accessToken"];
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/account/sessions/{session:D}/history")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/account/sessions/{Guid.Empty:D}/history")).Status);
    }

    private static Task<Answer> RefreshAsync(ApiClient client, string refreshToken, string agent) => client.SendAsync(
        HttpMethod.Post, "/auth/refresh",
        new StringContent($$"""{"refreshToken":"{{refreshToken}}"}""", System.Text.Encoding.UTF8, "application/json"), ("User-Agent", agent));
}
