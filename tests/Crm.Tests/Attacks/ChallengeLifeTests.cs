using System.Net;
using System.Net.Http.Json;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeServers))]
public sealed class ChallengeLifeTests(CrmTrio trio)
{
    [Fact]
    [Requirement("R035")]
    public async Task A_challenge_dies_of_its_success()
    {
        var (person, client) = await HireAsync();
        var challenge = await person.ChallengeAsync(client);

        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        var signedIn = await VerifyAsync(client, challenge, person.Code());
        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("signed_in", signedIn["status"]);
        Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, person.Code())).Code);
    }

    [Fact]
    [Requirement("R035")]
    public async Task A_challenge_dies_after_five_minutes()
    {
        var (person, client) = await HireAsync();
        var (inTime, late) = (await person.ChallengeAsync(client), await person.ChallengeAsync(client));

        trio.First.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, inTime, person.Code())).Status);
        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("invalid_challenge", (await VerifyAsync(client, late, person.Code())).Code);
    }

    [Fact]
    [Requirement("R035")]
    public async Task A_challenge_dies_of_five_wrong_codes_and_each_of_them_is_an_event()
    {
        var (person, client) = await HireAsync();
        var challenge = await person.ChallengeAsync(client);
        for (var number = 0; number < 5; number++)
        {
            Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, person.WrongCode(number))).Code);
        }

        Assert.Equal(5, await trio.First.Behind.EventsAsync("2FA_FAILED", person.Id, "wrong_code"));
        // Without the account's own limit, the challenge is still void, for the right code too.
        await trio.First.Behind.ChangeAsync("DELETE FROM accounts.attempt_lanes");
        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, person.WrongCode(6))).Code);
        Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, person.Code())).Code);
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, await person.ChallengeAsync(client), person.Code())).Status);
    }

    [Fact]
    [Requirement("R035")]
    public async Task Two_parallel_exchanges_of_a_challenge_give_one_session()
    {
        var (person, client) = await HireAsync();
        var challenge = await person.ChallengeAsync(client);
        var sessions = await trio.First.Behind.SessionsAsync(person.Id);
        using var volley = await Volley.OpenAsync(2, trio.Instances);

        var answers = await volley.FireAsync((caller, index) => caller.PostAsync(
            "/auth/mfa/verify", new { challenge, method = "backup_code", code = person.BackupCodes[index] }));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(sessions + 1, await trio.First.Behind.SessionsAsync(person.Id));
    }

    [Fact]
    [Requirement("R038")]
    public async Task A_sign_in_with_a_second_factor_leaves_the_same_session_and_event_as_one_without()
    {
        var (manager, client) = await HireAsync();
        var viewer = await trio.Office.HireAsync("viewer");
        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        var challenge = await manager.ChallengeAsync(client);

        var withFactor = await SendAsync(client, "/auth/mfa/verify", new { challenge, method = "totp", code = manager.Code() });
        var without = await SendAsync(client, "/auth/login", new { email = viewer.Email, password = ApiClient.Password, client = "native" });

        Assert.Equal(manager.Email, withFactor.Json.GetProperty("user").GetProperty("email").GetString());
        Assert.Equal("manager", withFactor.Json.GetProperty("user").GetProperty("role").GetString());
        Assert.Equal(Members(without), Members(withFactor));
        Assert.Equal((1, 1), (await CompleteSignInsAsync(manager, mfa: true), await CompleteSignInsAsync(viewer, mfa: false)));
    }

    private static IEnumerable<string> Members(Answer answer) => answer.Json.EnumerateObject().Select(member => member.Name);

    private static Task<Answer> SendAsync(ApiClient client, string path, object body) =>
        client.SendAsync(HttpMethod.Post, path, JsonContent.Create(body), ("User-Agent", "browser of this test"));

    /// <summary>Sessions from this test's browser with an event that has the same address and browser.</summary>
    private Task<long> CompleteSignInsAsync(Person person, bool mfa) => trio.First.Behind.ReadAsync<long>(
        """
        SELECT count(*) FROM audit.events event JOIN sessions.sessions session
            ON session.user_id = event.actor_id AND session.ip = event.ip AND session.user_agent = event.user_agent
        WHERE event.type = 'LOGIN_SUCCESS' AND event.actor_id = $1 AND event.user_agent = 'browser of this test'
          AND event.session_ref IS NOT NULL AND event.details -> 'mfa' = to_jsonb($2)
          AND session.level = CASE WHEN $2 THEN 'mfa' ELSE 'password' END
        """,
        person.Id,
        mfa);

    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string code) =>
        client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code });

    private async Task<(Person Person, ApiClient Client)> HireAsync() => (await trio.Office.HireAsync("manager"), trio.First.NewClient());
}
