using System.Diagnostics;
using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeServers))]
public sealed class ParallelGuessTests(CrmTrio trio)
{
    private const int Limit = 5;

    [Fact]
    [Invariant("A1")]
    public async Task Of_five_hundred_parallel_guesses_five_are_hashed_and_every_server_is_locked()
    {
        var victim = await trio.Office.HireAsync("viewer");
        var sessions = await trio.First.Behind.SessionsAsync(victim.Id);
        using var volley = await Volley.OpenAsync(500, trio.Instances);
        using var owner = await Volley.OpenAsync(trio.Instances.Count, trio.Instances);
        using var hashes = new HashCount(trio.Instances);

        var guessing = volley.FireAsync((client, index) => GuessAsync(client, victim, index));
        await LockedAsync(victim);
        var duringTheAttack = await owner.FireAsync((client, _) => victim.LoginAsync(client));
        var guesses = await guessing;
        var after = await owner.FireAsync((client, _) => victim.LoginAsync(client));

        Assert.Equal(Limit, hashes.Computed);
        Assert.Equal(Limit, await trio.First.Behind.EventsAsync("LOGIN_FAILED", victim.Id, "wrong_password"));
        Assert.Equal(1, await trio.First.Behind.EventsAsync("ACCOUNT_LOCKED", victim.Id));
        Assert.Equal(sessions, await trio.First.Behind.SessionsAsync(victim.Id));
        Assert.DoesNotContain(guesses.Concat(duringTheAttack), answer => answer.Status == HttpStatusCode.OK);
        Assert.All(after, answer => Assert.Equal("too_many_attempts", answer.Code));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(500, Explicit = true)] // 100,000 sign-ins take minutes: asked for by name
    public async Task A_success_among_the_guesses_never_opens_an_account_that_was_locked(int callers)
    {
        const int rounds = 200;
        var random = new Random(20_250_817);
        var (one, other) = (await trio.Office.HireAsync("viewer"), await trio.Office.HireAsync("manager"));
        using var volley = await Volley.OpenAsync(callers, trio.Instances);
        using var owner = trio.First.NewClient();
        var accepted = 0L;
        for (var round = 0; round < rounds; round++)
        {
            // In turn: a right password, which is the whole sign-in, and a second factor whose password was taken before.
            var byPassword = round % 2 == 0;
            var victim = byPassword ? one : other;
            var challenge = byPassword ? "" : await victim.ChallengeAsync(owner);
            trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
            var (right, moment) = (random.Next(callers), TimeSpan.FromMilliseconds(random.Next(byPassword ? 1 : 100)));
            var (wrongBefore, acceptedBefore) = (await WrongAsync(victim), await AcceptedAsync(victim));
            using var hashes = new HashCount(trio.Instances);
            var answers = await volley.FireAsync(async (client, index) =>
            {
                if (index != right)
                {
                    return await GuessAsync(client, victim, index);
                }

                await Task.Delay(moment);
                return byPassword
                    ? await victim.LoginAsync(client)
                    : await client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = victim.Code() });
            });

            Assert.DoesNotContain(answers, answer => answer.Status >= HttpStatusCode.InternalServerError && answer.Code != "busy");

            // A success forgets the failures before it: at most four then, and at most five until the lock after it.
            var (wrong, success) = (await WrongAsync(victim) - wrongBefore, await AcceptedAsync(victim) - acceptedBefore);
            Assert.InRange(wrong, Limit, success == 0 ? Limit : 2 * Limit - 1);
            Assert.Equal(wrong + (byPassword ? success : 0), hashes.Computed);
            Assert.Equal("too_many_attempts", (await victim.LoginAsync(owner)).Code);
            accepted += byPassword ? success : 0;
            await trio.First.Behind.ChangeAsync("DELETE FROM accounts.attempt_lanes");
        }

        Assert.Equal(rounds / 2, await trio.First.Behind.EventsAsync("ACCOUNT_LOCKED", one.Id));
        Assert.Equal(rounds / 2, await trio.First.Behind.EventsAsync("ACCOUNT_LOCKED", other.Id));
        Assert.InRange(accepted, 1, rounds / 2 - 1); // both orders happened
    }

    [Fact]
    public async Task A_sign_in_that_ends_after_its_account_was_locked_does_not_unlock_it()
    {
        var victim = await trio.Office.HireAsync("manager");
        using var owner = trio.First.NewClient();
        var challenge = await victim.ChallengeAsync(owner);
        for (var guess = 0; guess < Limit; guess++)
        {
            await GuessAsync(owner, victim, guess);
        }

        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        var verified = await owner.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = victim.Code() });

        Assert.Equal(HttpStatusCode.OK, verified.Status);
        Assert.Equal("too_many_attempts", (await victim.LoginAsync(owner)).Code);
    }

    [Fact]
    [Invariant("A4")]
    public async Task Fifty_parallel_right_sign_ins_all_succeed()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var volley = await Volley.OpenAsync(50, trio.Instances);

        var answers = await volley.FireAsync((client, _) => person.LoginAsync(client));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(50, answers.Select(answer => answer["refreshToken"]).Distinct().Count());
        Assert.Equal(0, await trio.First.Behind.EventsAsync("ACCOUNT_LOCKED", person.Id));
        Assert.Equal(0, await trio.First.Behind.EventsAsync("LOGIN_FAILED", person.Id));
    }

    [Fact]
    [Requirement("R009")]
    public async Task The_right_password_is_refused_for_fifteen_minutes_and_then_taken_without_help()
    {
        var victim = await trio.Office.HireAsync("viewer");
        using var volley = await Volley.OpenAsync(20, trio.Instances);
        using var owner = trio.First.NewClient();
        using var hashes = new HashCount(trio.Instances);

        await volley.FireAsync((client, index) => GuessAsync(client, victim, index));
        Assert.InRange(hashes.Computed, 1, Limit);

        trio.First.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(20));
        Assert.Equal("too_many_attempts", (await victim.LoginAsync(owner)).Code);
        trio.First.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, (await victim.LoginAsync(owner)).Status);
    }

    private static Task<Answer> GuessAsync(ApiClient client, Person victim, int number) =>
        client.LoginAsync(victim.Email, $"Wrong horse {number} battery!", "native");

    private Task<long> WrongAsync(Person victim) => trio.First.Behind.EventsAsync("LOGIN_FAILED", victim.Id, "wrong_password");

    private Task<long> AcceptedAsync(Person victim) => trio.First.Behind.EventsAsync("LOGIN_SUCCESS", victim.Id);

    private async Task LockedAsync(Person victim)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < TimeSpan.FromSeconds(30) && await trio.First.Behind.EventsAsync("ACCOUNT_LOCKED", victim.Id) == 0)
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }
}
