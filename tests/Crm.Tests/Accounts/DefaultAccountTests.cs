using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Accounts;

public sealed class DefaultAccountTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    [Asvs("V6.3.2")]
    public async Task A_new_installation_has_no_account_and_the_first_needs_the_printed_token()
    {
        Assert.Equal(0, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM accounts.users"));
        using var stranger = crm.NewClient();
        string[] names = ["admin", "admin@example.com", "administrator@localhost.example", "root@example.com"];
        foreach (var (name, password) in names.SelectMany(name => (string[])["admin", "password", "Changeme1!"], (name, password) => (name, password)))
        {
            Assert.Equal("invalid_credentials", (await stranger.LoginAsync(name, password)).Code);
        }

        foreach (var token in (string[])["", "setup", new string('A', crm.SetupToken.Length)])
        {
            Assert.NotEqual(HttpStatusCode.OK, (await SetUpAsync(stranger, token)).Status);
        }

        Assert.Equal(0, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM accounts.users"));
        Assert.Equal(HttpStatusCode.OK, (await SetUpAsync(stranger, crm.SetupToken)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SetUpAsync(stranger, crm.SetupToken)).Status);
    }

    private static Task<Answer> SetUpAsync(ApiClient client, string token) =>
        client.PostAsync("/setup", new { token, email = "ada@example.com", password = ApiClient.Password, name = "Ada Admin", company = "Acme" });
}
