using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeUnlimitedServers))]
public sealed class ChallengeTests(UnlimitedTrio trio)
{
    [Fact]
    [Invariant("B6")]
    public async Task A_challenge_opens_one_session_for_its_own_account_and_nothing_elsewhere()
    {
        var (ada, ben) = (await trio.Office.HireAsync("manager"), await trio.Office.HireAsync("manager"));
        using var client = trio.First.NewClient();
        var challenge = await ada.ChallengeAsync(client);
        using var volley = await Volley.OpenAsync(100, trio.Instances);
        using var still = trio.First.Clock.Hold();
        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        var sessions = await AllSessionsAsync();

        await AssertBoundAsync(client, challenge, ben);
        await AssertUselessElsewhereAsync(client, challenge);
        Assert.Equal(sessions, await AllSessionsAsync());

        // Eleven different right codes: the challenge alone decides how many of them open a session.
        var answers = await volley.FireAsync((caller, index) => index % 11 == 10
            ? VerifyAsync(caller, challenge, "totp", ada.Code())
            : VerifyAsync(caller, challenge, "backup_code", ada.BackupCodes[index % 11]));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(sessions + 1, await AllSessionsAsync());
        Assert.InRange(
            await trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM mfa.backup_codes WHERE user_id = $1 AND used_at IS NULL", ada.Id),
            9,
            10); // the losers' codes are not spent
    }

    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string method, string code) =>
        client.PostAsync("/auth/mfa/verify", new { challenge, method, code });

    private static async Task AssertBoundAsync(ApiClient client, string challenge, Person somebodyElse)
    {
        Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, "totp", somebodyElse.Code())).Code);
        foreach (var code in somebodyElse.BackupCodes)
        {
            Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, "backup_code", code)).Code);
        }
    }

    private async Task AssertUselessElsewhereAsync(ApiClient client, string challenge)
    {
        var invitation = new { token = challenge, password = ApiClient.Password };
        Assert.Equal("invalid_or_used_token", (await client.PostAsync("/auth/accept-invitation", invitation)).Code);
        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/mfa/totp/enroll", new { challenge })).Code);
        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/mfa/totp/confirm", new { challenge, code = "123456" })).Code);
        Assert.Equal("session_expired", (await client.PostAsync("/auth/refresh", new { refreshToken = challenge })).Code);
        foreach (var proof in new[]
            { ("Authorization", $"Bearer {challenge}"), ("Cookie", $"__Host-session={challenge}"), ("Cookie", $"__Host-refresh={challenge}") })
        {
            using var bare = trio.First.NewClient();
            Assert.Equal(HttpStatusCode.Unauthorized, (await bare.SendAsync(HttpMethod.Get, "/account", null, proof)).Status);
        }
    }

    private Task<long> AllSessionsAsync() => trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions");
}
