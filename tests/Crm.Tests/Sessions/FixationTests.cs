using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Sessions;

/// <summary>Somebody knows what is in a browser's jar before an event: their own session that they planted there, or a copy of its holder's.</summary>
public sealed class FixationTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private const string Other = "Another horse 8 battery!";

    private readonly CrmInstance crm = place.Crm;

    [Theory]
    [Invariant("D1")]
    [Asvs("V7.2.4")]
    [InlineData("login", true)]
    [InlineData("mfa", true)]
    [InlineData("step_up", false)]
    [InlineData("step_up_by_token", false)]
    [InlineData("password", false)]
    [InlineData("password_by_token", false)]
    public async Task What_was_known_before_an_event_opens_nothing_after_it(string happens, bool planted)
    {
        var person = await place.Office.HireAsync(happens == "mfa" ? "manager" : "viewer");
        using var browser = crm.NewClient();
        browser.Seed = person.Seed;
        var first = await browser.LoginAsync(planted ? (await place.Office.HireAsync("viewer")).Email : person.Email, client: "browser");
        (string Handle, string Refresh, string Access, string Csrf) known = (Cookie(browser, "session"), Cookie(browser, "refresh"), first["accessToken"], first["csrfToken"]);
        Assert.Equal((200, 200), (await AskAsync(known.Handle), await AskAsync(known.Handle, known.Access)));
        (browser.CsrfToken, browser.AccessToken) = (known.Csrf, happens.EndsWith("_by_token", StringComparison.Ordinal) ? known.Access : null);

        var answer = happens switch
        {
            "login" => await browser.LoginAsync(person.Email, client: "browser"),
            "mfa" => await browser.SignInAsync(person.Email, "browser"),
            "step_up" or "step_up_by_token" => await browser.PostAsync("/auth/step-up", new { method = "password", password = ApiClient.Password }),
            _ => await browser.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = Other }),
        };

        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, answer.Text);
        var handle = Cookie(browser, "session");
        Assert.NotEqual(known.Handle, handle);
        Assert.Equal(200, await AskAsync(handle));
        Assert.Equal((401, 401, 401), (await AskAsync(known.Handle), await AskAsync(known.Handle, known.Access), await AskAsync(handle, known.Access)));
        using var bare = crm.NewClient();
        var refreshed = await bare.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("Cookie", $"__Host-refresh={known.Refresh}"), ("X-CSRF-Token", known.Csrf));
        Assert.Equal(HttpStatusCode.Unauthorized, refreshed.Status);
        Assert.Equal(200, await AskAsync(handle));
    }

    private async Task<int> AskAsync(string handle, string? token = null)
    {
        using var bare = crm.NewClient();
        bare.AccessToken = token;
        return (int)(await bare.SendAsync(HttpMethod.Get, "/account", null, ("Cookie", $"__Host-session={handle}"))).Status;
    }

    private static string Cookie(ApiClient client, string name) => client.Cookies.GetAllCookies().Single(cookie => cookie.Name == $"__Host-{name}").Value;
}
