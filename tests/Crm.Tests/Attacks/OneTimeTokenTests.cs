using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class OneTimeTokenTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    public async Task Of_a_hundred_parallel_uses_of_a_setup_link_or_an_invitation_one_succeeds()
    {
        using var volley = await Volley.OpenAsync(100, crm);

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
        var accepts = await volley.FireAsync((client, index) => client.PostAsync(
            "/auth/accept-invitation", new { token = invited["invitation"], password = PasswordOf(index) }));

        var winner = Array.IndexOf(accepts, Assert.Single(accepts, answer => answer.Status == HttpStatusCode.NoContent));
        Assert.Equal(1, await crm.Behind.EventsAsync("INVITATION_ACCEPTED", Guid.Parse(invited["id"])));
        using var vera = crm.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await vera.LoginAsync("vera@example.com", PasswordOf(winner), "native")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await vera.LoginAsync("vera@example.com", PasswordOf((winner + 1) % 100), "native")).Status);
    }

    private static string PasswordOf(int index) => $"Correct horse {index} battery!";
}
