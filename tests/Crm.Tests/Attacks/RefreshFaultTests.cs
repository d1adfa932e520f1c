using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class RefreshFaultTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Invariant("C6")]
    public async Task A_storage_error_at_the_rotation_gives_no_token_and_costs_none()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        var token = (await person.LoginAsync(client))["refreshToken"];
        var issued = 0;

        await using (await Fault.AtStatementAsync(crm.Behind, "sessions.sessions", "UPDATE"))
        {
            issued += await CountIssuedAsync(client, token, 70);
        }

        await using (await Fault.AtCommitAsync(crm.Behind, "sessions.sessions", "UPDATE"))
        {
            issued += await CountIssuedAsync(client, token, 70);
        }

        await using (await Fault.OfConnectionAsync(crm.Behind, "sessions.sessions", "UPDATE"))
        {
            issued += await CountIssuedAsync(client, token, 60);
        }

        Assert.Equal(0, issued);
        Assert.Equal(0, await crm.Behind.EventsAsync("TOKEN_REFRESHED", person.Id));
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(client, token)).Status);
    }

    private static Task<Answer> RefreshAsync(ApiClient client, string refreshToken) => client.PostAsync("/auth/refresh", new { refreshToken });

    private static async Task<int> CountIssuedAsync(ApiClient client, string token, int times)
    {
        var issued = 0;
        for (var time = 0; time < times; time++)
        {
            var answer = await RefreshAsync(client, token);
            Assert.InRange((int)answer.Status, 500, 503); // the fault fired
            issued += answer.Text.Contains("Token\":", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        return issued;
    }
}
