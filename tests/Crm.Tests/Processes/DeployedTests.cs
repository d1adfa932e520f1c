using System.Diagnostics;
using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Captcha;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Processes;

/// <summary>The promises that count across processes, against the built program.</summary>
public abstract class DeployedTests(Programs programs)
{
    private const int Limit = 5;

    [Fact]
    [Invariant("A1")]
    public async Task Of_parallel_guesses_five_are_hashed_and_every_process_is_locked()
    {
        var (id, email) = await programs.HireAsync("viewer");
        using var guessers = await CallersAsync(40);
        using var owners = await CallersAsync(programs.Count);
        await guessers.FireAsync(SolveAsync);
        await owners.FireAsync(SolveAsync);
        var before = await programs.HashesAsync();

        var guesses = await guessers.FireAsync((client, number) => client.LoginAsync(email, $"Wrong horse {number} battery!", "native"));

        Assert.Equal(Limit, await programs.HashesAsync() - before);
        Assert.Equal(Limit, guesses.Count(guess => guess.Code == "invalid_credentials"));
        Assert.DoesNotContain(guesses, guess => guess.Status == HttpStatusCode.OK);
        Assert.All(await owners.FireAsync((client, _) => client.LoginAsync(email, client: "native")), answer => Assert.Equal("too_many_attempts", answer.Code));
        Assert.Equal(1, await programs.Behind.EventsAsync("ACCOUNT_LOCKED", id));
    }

    [Fact]
    [Invariant("B5")]
    public async Task One_backup_code_signs_in_once_wherever_it_is_used()
    {
        var (_, email) = await programs.HireAsync("manager");
        using var manager = programs.NewClient(0);
        var enrolled = await manager.EnrollNowAsync((await manager.LoginAsync(email, client: "native"))["challenge"]);
        var code = enrolled.Json.GetProperty("backupCodes")[0].GetString();
        using var callers = await CallersAsync(20);
        var challenges = await callers.FireAsync((client, _) => client.LoginAsync(email, client: "native"));

        var answers = await callers.FireAsync(
            (client, number) => client.PostAsync("/auth/mfa/verify", new { challenge = challenges[number]["challenge"], method = "backup_code", code }));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    [Invariant("C1")]
    public async Task Parallel_refreshes_of_one_token_give_one_successor()
    {
        var (_, email) = await programs.HireAsync("viewer");
        using var callers = await CallersAsync(30);
        using var client = programs.NewClient(0);
        var token = (await client.LoginAsync(email, client: "native"))["refreshToken"];

        var answers = await callers.FireAsync((caller, _) => caller.PostAsync("/auth/refresh", new { refreshToken = token }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(answers.Select(answer => answer["refreshToken"]).Distinct());
    }

    [Fact]
    [Invariant("D2")]
    public async Task What_one_process_ends_no_process_serves()
    {
        var (id, email) = await programs.HireAsync("viewer");
        using var callers = await CallersAsync(Limit);
        await callers.FireAsync(async (client, _) =>
        {
            var signedIn = await client.LoginAsync(email, client: "native");
            client.AccessToken = signedIn["accessToken"];
            return signedIn;
        });
        Assert.All(await callers.FireAsync((client, _) => client.GetAsync("/account")), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));

        Assert.Equal(HttpStatusCode.OK, (await programs.Admin.SendAsync(HttpMethod.Patch, $"/api/admin/users/{id:D}", new { status = "disabled" })).Status);

        var since = Stopwatch.StartNew();
        var left = await callers.FireAsync(async (client, _) =>
        {
            Answer answer;
            while ((answer = await client.GetAsync("/account")).Status == HttpStatusCode.OK && since.Elapsed < TimeSpan.FromSeconds(5))
            {
                await Task.Delay(20);
            }

            return answer;
        });
        Assert.All(left, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
    }

    private Task<Volley> CallersAsync(int count) => Volley.OpenAsync(count, programs.NewClient);

    private static async Task<Answer> SolveAsync(ApiClient client, int number)
    {
        var set = await client.GetAsync("/auth/captcha");
        client.Captcha = Solver.Solve(set.Json);
        return set;
    }
}

/// <inheritdoc/>
public sealed class ThreeProcessesTests(ThreePrograms programs) : DeployedTests(programs), IClassFixture<ThreePrograms>;

/// <inheritdoc/>
public sealed class OneProcessTests(OneProgram programs) : DeployedTests(programs), IClassFixture<OneProgram>;
