using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeUnlimitedServers))]
public sealed class TotpReplayTests(UnlimitedTrio trio)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    [Fact]
    [Invariant("B1")]
    [Asvs("V6.5.1")]
    public async Task One_code_in_a_hundred_parallel_sign_ins_opens_one_session()
    {
        var person = await trio.Office.HireAsync("manager");
        var challenges = await person.ChallengesAsync(100);
        using var volley = await Volley.OpenAsync(challenges.Count, trio.Instances);
        using var still = trio.First.Clock.Hold(); // the code stays right for all of them
        trio.First.Clock.Advance(Step);
        var (sessions, code) = (await trio.First.Behind.SessionsAsync(person.Id), person.Code());

        var answers = await volley.FireAsync((client, index) => VerifyAsync(client, challenges[index], code));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(99, answers.Count(answer => answer.Code == "invalid_challenge"));
        Assert.Equal(sessions + 1, await trio.First.Behind.SessionsAsync(person.Id));
        Assert.Equal(99, await trio.First.Behind.EventsAsync("2FA_FAILED", person.Id, "wrong_code"));
    }

    [Fact]
    [Invariant("B2")]
    public async Task No_accepted_code_is_accepted_again_in_the_next_five_minutes()
    {
        var person = await trio.Office.HireAsync("manager");
        using var client = trio.First.NewClient();
        using var still = trio.First.Clock.Hold();
        var (open, sessions) = (await person.ChallengeAsync(client), await trio.First.Behind.SessionsAsync(person.Id));
        trio.First.Clock.Advance(Step); // past the code that the enrolment used up
        var accepted = new List<string>();
        for (var second = 0; second < 300; second++)
        {
            trio.First.Clock.Advance(TimeSpan.FromSeconds(1));
            if (second % 30 == 0)
            {
                var code = person.Code();
                Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, await person.ChallengeAsync(client), code)).Status);
                accepted.Add(code);
                // The code of the step before is in time and was never used; but a later one was.
                Assert.Equal("invalid_challenge", (await VerifyAsync(client, open, person.Code(-1))).Code);
            }

            foreach (var code in accepted)
            {
                Assert.Equal("invalid_challenge", (await VerifyAsync(client, open, code)).Code);
            }
        }

        Assert.Equal(10, accepted.Count);
        Assert.Equal(sessions + accepted.Count, await trio.First.Behind.SessionsAsync(person.Id));
    }

    [Fact]
    [Requirement("R034")]
    public async Task A_code_of_the_step_before_is_taken_once_and_one_of_three_steps_ago_never()
    {
        var person = await trio.Office.HireAsync("manager");
        using var client = trio.First.NewClient();
        using var still = trio.First.Clock.Hold();
        trio.First.Clock.Advance(10 * Step);
        var challenges = await person.ChallengesAsync(4);

        Assert.Equal(HttpStatusCode.Unauthorized, (await VerifyAsync(client, challenges[0], person.Code(-3))).Status);
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, challenges[1], person.Code(-1))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await VerifyAsync(client, challenges[2], person.Code(-1))).Status);
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, challenges[2], person.Code())).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await VerifyAsync(client, challenges[3], person.Code())).Status);
    }

    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string code) =>
        client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code });
}
