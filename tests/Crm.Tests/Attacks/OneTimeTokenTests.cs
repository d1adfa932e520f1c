using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Passwords;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>Every kind of one-time token there is; authorization codes and device codes do not exist here.</summary>
public sealed class OneTimeTokenTests(TestCluster cluster) : IAsyncLifetime
{
    private const int Callers = 100;

    // Whoever finds room waits for their hash, however slow the machine is, so that many reach the write that lets one of them win.
    private readonly CrmInstance crm = new(cluster)
    {
        Configure = builder => builder.Services.AddSingleton(new AccountOptions { HashPatience = TimeSpan.FromSeconds(30), NetworkMaxFailures = 1000 }),
    };

    public ValueTask InitializeAsync() => crm.InitializeAsync();

    public ValueTask DisposeAsync() => crm.DisposeAsync();

    [Fact]
    [Invariant("C7")]
    public async Task Of_a_hundred_parallel_uses_of_any_one_time_token_one_succeeds_and_a_reset_leaves_no_old_session()
    {
        using var volley = await Volley.OpenAsync(Callers, crm);

        var setups = await volley.FireAsync((client, index) => client.PostAsync(
            "/setup",
            new
            {
                token = crm.SetupToken,
                email = $"ada{index}@example.com",
                password = ApiClient.Password,
                name = "Ada Admin",
                company = $"Acme {index}",
            }));

        var setup = Assert.Single(setups, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(1, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM tenancy.tenants"));
        Assert.Equal(1, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM accounts.users"));

        using var admin = crm.NewClient();
        admin.AccessToken = (await admin.EnrollAsync(setup["challenge"]))["accessToken"];
        var invited = await admin.PostAsync("/api/admin/users", new { email = "vera@example.com", name = "Vera Viewer", role = "viewer" });
        var vera = Guid.Parse(invited["id"]);
        var invitation = await OneOfAsync(volley, (client, index) => client.PostAsync(
            "/auth/accept-invitation", new { token = invited["invitation"], password = PasswordOf(index) }));
        Assert.Equal(1, await crm.Behind.EventsAsync("INVITATION_ACCEPTED", vera));

        using var native = crm.NewClient();
        native.AccessToken = await AssertOnlyAsync("vera@example.com", invitation);
        using var browser = crm.NewClient();
        await browser.LoginAsync("vera@example.com", PasswordOf(invitation));
        await AssertMoveAsync(volley, native, vera);

        var reset = await crm.MailedTokenAsync("vera.new@example.com");
        var replaced = await OneOfAsync(volley, (client, index) => client.PostAsync(
            "/auth/password/reset", new { token = reset, password = PasswordOf(Callers + index) }));
        Assert.Equal(1, await crm.Behind.EventsAsync("PASSWORD_RESET", vera));
        Assert.Equal(0, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE user_id = $1 AND revoked_at IS NULL", vera));
        Assert.Equal(HttpStatusCode.Unauthorized, (await native.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/account")).Status);
        await AssertOnlyAsync("vera.new@example.com", Callers + replaced);

        await AssertVerificationAsync(volley);
    }

    private async Task AssertMoveAsync(Volley volley, ApiClient owner, Guid id)
    {
        await owner.PostAsync("/account/email", new { email = "vera.new@example.com" });
        var token = (await new MailBox(crm).LatestAsync("vera.new@example.com", "confirm_new_email")).Token;
        await OneOfAsync(volley, (client, _) => client.PostAsync("/auth/email/confirm", new { token }));
        Assert.Equal(1, await crm.Behind.EventsAsync("EMAIL_CHANGED", id));
    }

    private async Task AssertVerificationAsync(Volley volley)
    {
        const string email = "nina@example.com";
        using var newcomer = crm.NewClient();
        await newcomer.PostAsync("/auth/register", new { email, password = ApiClient.Password, name = "Nina New", company = "Nina Ltd" });
        var token = (await new MailBox(crm).LatestAsync(email, "verify_email")).Token;
        await OneOfAsync(volley, (client, _) => client.PostAsync("/auth/verify-email", new { token }));
        Assert.Equal(HttpStatusCode.OK, (await newcomer.LoginAsync(email)).Status);
    }

    /// <summary>Who of them all it was.</summary>
    private static async Task<int> OneOfAsync(Volley volley, Func<ApiClient, int, Task<Answer>> use)
    {
        var answers = await volley.FireAsync(use);
        Assert.All(answers, answer => Assert.Contains(answer.Code, new[] { null, "invalid_or_used_token", "busy", "unavailable" }));
        return Array.IndexOf(answers, Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent));
    }

    /// <summary>The winner's password signs in, another's does not.</summary>
    private async Task<string> AssertOnlyAsync(string email, int winner)
    {
        using var client = crm.NewClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.LoginAsync(email, PasswordOf(winner + 1), "native")).Status);
        return (await client.LoginAsync(email, PasswordOf(winner), "native"))["accessToken"];
    }

    private static string PasswordOf(int index) => $"Correct horse {index} battery!";
}
