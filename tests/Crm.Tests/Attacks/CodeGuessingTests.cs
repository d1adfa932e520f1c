using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts.Internal;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeServers))]
public sealed class CodeGuessingTests(CrmTrio trio)
{
    private const int Limit = 5;

    [Fact]
    [Invariant("B4")]
    public async Task A_thousand_wrong_codes_over_fifty_challenges_are_one_accounts_five_tries()
    {
        const int callers = 250, codesEach = 4;
        var victim = await trio.Office.HireAsync("manager");
        var challenges = await victim.ChallengesAsync(50);
        // In the account's own lane: that of the network is asked first by some, and given back where the account's is full.
        var lane = trio.First.Services.GetRequiredService<AttemptLanes>().LaneOf(SignInLanes.Mfa, victim.Id.ToString("N"));
        await trio.First.Behind.ChangeAsync(
            $$"""
            CREATE TABLE public.tries_given (at timestamptz DEFAULT now());
            CREATE FUNCTION public.count_try() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN INSERT INTO public.tries_given DEFAULT VALUES; RETURN NEW; END $$;
            CREATE TRIGGER count_try AFTER UPDATE ON accounts.attempt_lanes FOR EACH ROW
                WHEN (NEW.lane = '\x{{Convert.ToHexString(lane)}}' AND cardinality(NEW.pending) > cardinality(OLD.pending)) EXECUTE FUNCTION public.count_try()
            """);
        using var volley = await Volley.OpenAsync(callers, trio.Instances);

        await volley.FireAsync(async (client, index) =>
        {
            Answer answer = null!;
            for (var code = 0; code < codesEach; code++)
            {
                answer = await VerifyAsync(client, challenges[index % challenges.Count], victim.WrongCode(index * codesEach + code));
            }

            return answer;
        });

        Assert.InRange(await trio.First.Behind.ReadAsync<long>("SELECT count(*) FROM public.tries_given"), 1, Limit);
        await trio.First.Behind.ChangeAsync(
            "DROP TRIGGER count_try ON accounts.attempt_lanes; DROP FUNCTION public.count_try; DROP TABLE public.tries_given");
        Assert.Equal(Limit, await trio.First.Behind.EventsAsync("2FA_FAILED", victim.Id, "wrong_code"));
        Assert.Equal(1, await trio.First.Behind.EventsAsync("ACCOUNT_LOCKED", victim.Id, "second_factor"));
        Assert.Single(await new MailBox(trio.Instances).ToAsync(victim.Email, "account_locked"));
        await AssertLockSurvivesAsync(victim);
    }

    [Fact]
    public async Task The_lock_of_the_second_factor_ends_by_itself()
    {
        var victim = await trio.Office.HireAsync("manager");
        using var client = trio.First.NewClient();
        var challenge = await victim.ChallengeAsync(client);
        for (var code = 0; code < Limit; code++)
        {
            Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, victim.WrongCode(code))).Code);
        }

        trio.First.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(client, await victim.ChallengeAsync(client), victim.Code())).Status);
    }

    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string code, string method = "totp") =>
        client.PostAsync("/auth/mfa/verify", new { challenge, method, code });

    /// <summary>New challenges and right codes of either kind, on every server, change nothing.</summary>
    private async Task AssertLockSurvivesAsync(Person victim)
    {
        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        foreach (var server in trio.Instances)
        {
            using var client = server.NewClient();
            var challenge = await victim.ChallengeAsync(client);
            Assert.Equal("too_many_attempts", (await VerifyAsync(client, challenge, victim.Code())).Code);
            Assert.Equal("too_many_attempts", (await VerifyAsync(client, challenge, victim.BackupCodes[0], "backup_code")).Code);
        }
    }
}
