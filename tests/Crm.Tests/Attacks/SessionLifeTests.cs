using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class SessionLifeTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private const string SessionCookie = "__Host-session";

    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R069")]
    [Asvs("V7.3.2")]
    public async Task A_session_that_is_never_idle_ends_after_twenty_four_hours()
    {
        using var browser = await BrowserAsync();
        for (var used = TimeSpan.FromMinutes(5); used < TimeSpan.FromHours(24); used += TimeSpan.FromMinutes(5))
        {
            crm.Clock.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        }

        crm.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("session_expired", (await browser.GetAsync("/account")).Code);
    }

    [Fact]
    [Requirement("R067")]
    [Asvs("V7.3.1")]
    public async Task A_browser_idle_for_thirty_one_minutes_is_signed_out_for_good_and_one_used_every_twenty_is_not()
    {
        using var browser = await BrowserAsync();
        for (var used = 0; used < 6; used++)
        {
            crm.Clock.Advance(TimeSpan.FromMinutes(20));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        }

        crm.Clock.Advance(TimeSpan.FromMinutes(31));

        var ended = await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE revoke_reason = 'idle'");
        var refresh = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "__Host-refresh").Value;
        using var thief = crm.NewClient();
        Assert.Equal("session_expired", (await thief.SendAsync(
            HttpMethod.Post, "/auth/refresh", null, ("Cookie", $"__Host-refresh={refresh}"), ("Sec-Fetch-Site", "same-origin"))).Code);
        Assert.Equal("session_expired", (await browser.GetAsync("/account")).Code);
        Assert.Equal(ended + 1, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE revoke_reason = 'idle'"));
        Assert.Equal("session_expired", (await thief.SendAsync(
            HttpMethod.Post, "/auth/refresh", null, ("Cookie", $"__Host-refresh={refresh}"), ("Sec-Fetch-Site", "same-origin"))).Code);
    }

    [Fact]
    [Requirement("R068")]
    public async Task A_manager_may_be_idle_for_fifteen_minutes_and_others_for_thirty()
    {
        var manager = await place.Office.HireAsync("manager");
        using var privileged = crm.NewClient();
        privileged.Seed = manager.Seed;
        await privileged.SignInAsync(manager.Email);
        privileged.AccessToken = null;
        using var ordinary = await BrowserAsync();
        Assert.Equal(HttpStatusCode.OK, (await privileged.GetAsync("/account")).Status);

        crm.Clock.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal("session_expired", (await privileged.GetAsync("/account")).Code);
        Assert.Equal(HttpStatusCode.OK, (await ordinary.GetAsync("/account")).Status);
    }

    [Fact]
    [Requirement("R071")]
    public async Task An_idle_session_is_refused_as_expired_and_its_cookie_deleted()
    {
        using var browser = await BrowserAsync();

        crm.Clock.Advance(TimeSpan.FromMinutes(31));
        var refused = await browser.GetAsync("/account");

        Assert.Equal((HttpStatusCode.Unauthorized, "session_expired"), (refused.Status, refused.Code));
        var deletion = Assert.Single(
            refused.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith($"{SessionCookie}=;", StringComparison.Ordinal));
        Assert.Contains("expires=Thu, 01 Jan 1970", deletion, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(browser.Cookies.GetAllCookies(), cookie => cookie.Name == SessionCookie);
    }

    [Fact]
    [Requirement("R070")]
    public async Task A_session_id_planted_before_sign_in_is_not_the_one_after_it()
    {
        var (person, planted) = (await place.Office.HireAsync("viewer"), new string('A', 43));
        using var browser = crm.NewClient();
        browser.Cookies.Add(crm.Address, new Cookie(SessionCookie, planted) { Secure = true });

        Assert.Equal(HttpStatusCode.OK, (await browser.LoginAsync(person.Email)).Status);

        Assert.NotEqual(planted, CookieOf(browser));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithCookieAsync(planted)).Status);
    }

    [Fact]
    [Requirement("R076")]
    public async Task A_session_cookie_replayed_after_sign_out_opens_nothing()
    {
        using var browser = await BrowserAsync();
        var cookie = CookieOf(browser);
        Assert.Equal(HttpStatusCode.OK, (await WithCookieAsync(cookie)).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync("/auth/logout", new { })).Status);

        var replayed = await WithCookieAsync(cookie);
        Assert.Equal((HttpStatusCode.Unauthorized, "session_expired"), (replayed.Status, replayed.Code));
        Assert.DoesNotContain(browser.Cookies.GetAllCookies(), cookie => cookie.Name is "__Host-session" or "__Host-refresh");
    }

    [Fact]
    public async Task Sign_out_ends_access_token_refresh_cookie_and_session_and_is_an_event()
    {
        var person = await place.Office.HireAsync("viewer");
        using var browser = crm.NewClient();
        var signedIn = await browser.LoginAsync(person.Email);
        var refresh = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "__Host-refresh").Value;
        var session = CookieOf(browser);
        browser.CsrfToken = signedIn["csrfToken"];

        await browser.PostAsync("/auth/logout", new { });

        using var bare = crm.NewClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithCookieAsync(session)).Status);
        var csrf = ("X-CSRF-Token", signedIn["csrfToken"]);
        var refreshed = await bare.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("Cookie", $"__Host-refresh={refresh}"), csrf);
        Assert.Equal(HttpStatusCode.Unauthorized, refreshed.Status);
        bare.AccessToken = signedIn["accessToken"];
        Assert.Equal("token_revoked", (await bare.GetAsync("/account")).Code);
        Assert.Equal(1, await crm.Behind.EventsAsync("LOGOUT", person.Id));
    }

    private static string CookieOf(ApiClient browser) => browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == SessionCookie).Value;

    private async Task<Answer> WithCookieAsync(string handle)
    {
        using var bare = crm.NewClient();
        return await bare.SendAsync(HttpMethod.Get, "/account", null, ("Cookie", $"{SessionCookie}={handle}"));
    }

    private async Task<ApiClient> BrowserAsync()
    {
        var person = await place.Office.HireAsync("viewer");
        var browser = crm.NewClient();
        browser.CsrfToken = (await browser.LoginAsync(person.Email))["csrfToken"];
        return browser;
    }
}
