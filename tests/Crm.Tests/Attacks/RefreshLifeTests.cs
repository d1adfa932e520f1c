using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class RefreshLifeTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R050")]
    public async Task A_refresh_token_unused_for_seven_days_is_over_and_its_session_with_it()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        var first = (await person.LoginAsync(client))["refreshToken"];
        crm.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        var refreshed = await client.PostAsync("/auth/refresh", new { refreshToken = first });
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);

        crm.Clock.Advance(TimeSpan.FromDays(7));

        var refused = await client.PostAsync("/auth/refresh", new { refreshToken = refreshed["refreshToken"] });
        Assert.Equal((HttpStatusCode.Unauthorized, "session_expired"), (refused.Status, refused.Code));
        client.AccessToken = refreshed["accessToken"];
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/account")).Status);
    }

    [Fact]
    [Requirement("R051")]
    [Asvs("V10.4.8")]
    public async Task Refreshing_every_six_days_keeps_a_session_for_thirty_days_and_no_longer()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        var token = (await person.LoginAsync(client))["refreshToken"];
        for (var day = 6; day < 30; day += 6)
        {
            crm.Clock.Advance(TimeSpan.FromDays(6));
            token = (await client.PostAsync("/auth/refresh", new { refreshToken = token }))["refreshToken"];
        }

        crm.Clock.Advance(TimeSpan.FromDays(6));
        var refused = await client.PostAsync("/auth/refresh", new { refreshToken = token });

        Assert.Equal((HttpStatusCode.Unauthorized, "session_expired"), (refused.Status, refused.Code));
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(client)).Status);
    }
}
