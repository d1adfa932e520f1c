using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;
using Palisade.Mfa;

namespace Palisade.Crm.Tests.Mfa;

public sealed class OneClockTests(TestCluster cluster)
{
    private const string Email = "ada@example.com";
    private static readonly int[][] Skews = [[0, 15, -15], [29, -29, 31], [-31, 90, -90]];

    [Theory]
    [Invariant("B3")]
    [Asvs("V6.5.8")]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    public async Task Servers_whose_clocks_disagree_take_the_configured_codes_and_no_others(int stepsBack, int stepsForward)
    {
        await using var first = await StartAsync(null, stepsBack, stepsForward);
        await using var second = await StartAsync(first, stepsBack, stepsForward);
        await using var third = await StartAsync(first, stepsBack, stepsForward);
        var seed = await SetUpAsync(first);
        var present = new int[3];
        foreach (var skews in Skews)
        {
            foreach (var (index, server) in new[] { first, second, third }.Index())
            {
                server.Clock.Advance(TimeSpan.FromSeconds(skews[index] - present[index]));
                present[index] = skews[index];
                Assert.Equal(Enumerable.Range(-stepsBack, stepsBack + stepsForward + 1), await AcceptedAsync(server, seed));
            }
        }
    }

    private static async Task<List<int>> AcceptedAsync(CrmInstance server, TotpSeed seed)
    {
        await server.Behind.ChangeAsync("UPDATE mfa.totp_factors SET last_step = 0");
        using var client = server.NewClient();
        var challenge = "";
        var accepted = new List<int>();
        var now = await StepWithTimeLeftAsync(server);
        for (var offset = -4; offset <= 4; offset++)
        {
            challenge = challenge.Length > 0 ? challenge : (await client.LoginAsync(Email, client: "native"))["challenge"];
            var answer = await VerifyAsync(client, challenge, Totp.Code(seed, now + offset), now + offset);
            if (answer.Status == HttpStatusCode.OK)
            {
                accepted.Add(offset);
                challenge = "";
            }
        }

        Assert.Equal(now, await StepAsync(server)); // all of it in one step, or it proves nothing
        return accepted;
    }

    // The caller claims the time at which its code would be right; nobody listens.
    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string code, long step) => client.SendAsync(
        HttpMethod.Post,
        "/auth/mfa/verify",
        new StringContent(System.Text.Json.JsonSerializer.Serialize(new { challenge, method = "totp", code }), System.Text.Encoding.UTF8, "application/json"),
        ("Date", DateTimeOffset.FromUnixTimeSeconds(step * Totp.StepSeconds).ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

    private static async Task<long> StepWithTimeLeftAsync(CrmInstance server)
    {
        var now = await NowAsync(server);
        var left = TimeSpan.FromSeconds(Totp.StepSeconds - now.ToUnixTimeSeconds() % Totp.StepSeconds);
        if (left < TimeSpan.FromSeconds(12))
        {
            await Task.Delay(left, TestContext.Current.CancellationToken);
        }

        return await StepAsync(server);
    }

    private static async Task<long> StepAsync(CrmInstance server) => Totp.StepAt(await NowAsync(server));

    private static async Task<DateTimeOffset> NowAsync(CrmInstance server) => await server.Behind.ReadAsync<DateTime>("SELECT clock_timestamp()");

    private static async Task<TotpSeed> SetUpAsync(CrmInstance server)
    {
        using var client = server.NewClient();
        var challenge = (await client.PostAsync("/setup", new { token = server.SetupToken, email = Email, password = ApiClient.Password, name = "Ada Admin", company = "Acme" }))["challenge"];
        TotpSeed.TryFromBase32((await client.PostAsync("/auth/mfa/totp/enroll", new { challenge }))["secret"], out var seed);
        var confirmed = await client.PostAsync("/auth/mfa/totp/confirm", new { challenge, code = Totp.Code(seed!, await StepWithTimeLeftAsync(server)) });
        Assert.Equal(HttpStatusCode.OK, confirmed.Status);
        return seed!;
    }

    private async Task<CrmInstance> StartAsync(CrmInstance? beside, int stepsBack, int stepsForward)
    {
        var instance = new CrmInstance(cluster)
        {
            Beside = beside,
            OwnClock = true,
            DatabaseTime = true,
            Configure = builder => builder.Services
                .AddSingleton(new AccountOptions { MaxFailures = 1_000, NetworkMaxFailures = 1_000, NetworkCaptchaAfter = 1_000 })
                .AddSingleton(new MfaOptions { ChallengeAttempts = 1_000, StepsBack = stepsBack, StepsForward = stepsForward }),
        };
        await instance.InitializeAsync();
        return instance;
    }
}
