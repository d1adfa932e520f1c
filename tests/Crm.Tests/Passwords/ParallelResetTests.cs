using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Passwords;

[Collection(typeof(OnThreeUnlimitedServers))]
public sealed class ParallelResetTests(UnlimitedTrio trio)
{
    [Fact]
    public async Task Of_a_hundred_parallel_uses_of_one_link_with_as_many_passwords_one_succeeds_and_no_session_outlives_it()
    {
        var person = await trio.Office.HireAsync("viewer");
        var clients = new List<ApiClient>();
        for (var session = 0; session < 10; session++)
        {
            var client = trio.Instances[session % 3].NewClient();
            client.AccessToken = (await person.LoginAsync(client))["accessToken"];
            clients.Add(client);
        }

        var token = await trio.First.MailedTokenAsync(person.Email);
        using var volley = await Volley.OpenAsync(100, trio.Instances);
        var resets = await volley.FireAsync((client, index) => client.PostAsync("/auth/password/reset", new { token, password = PasswordOf(index) }));

        var winner = Array.IndexOf(resets, Assert.Single(resets, answer => answer.Status == HttpStatusCode.NoContent));
        Assert.All(resets.Where((_, index) => index != winner), answer => Assert.True(answer.Code is "invalid_or_used_token" or "busy" or "unavailable", answer.Text));
        Assert.Equal(1, await trio.First.Behind.EventsAsync("PASSWORD_RESET", person.Id));
        using var login = trio.First.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await login.LoginAsync(person.Email, PasswordOf(winner), "native")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await login.LoginAsync(person.Email, PasswordOf((winner + 1) % 100), "native")).Status);
        foreach (var client in clients)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/account")).Status);
            client.Dispose();
        }
    }

    private static string PasswordOf(int index) => $"Seven green {index} lanterns?";
}
