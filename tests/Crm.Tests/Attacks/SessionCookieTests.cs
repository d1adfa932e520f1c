using System.Net;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class SessionCookieTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R055", "R064", "R065")]
    public async Task Each_cookie_of_a_browser_carries_every_protection_and_no_token_is_in_the_body()
    {
        var person = await place.Office.HireAsync("viewer");
        using var browser = crm.NewClient();

        var signedIn = await browser.LoginAsync(person.Email);

        var cookies = signedIn.Headers.GetValues("Set-Cookie")
            .ToDictionary(cookie => cookie.Split('=')[0], cookie => cookie.Split("; ")[1..].Order());
        Assert.Equal(["__Host-device", "__Host-refresh", "__Host-session"], cookies.Keys.Order());
        Assert.Equal(["httponly", "max-age=34560000", "path=/", "samesite=strict", "secure"], cookies["__Host-device"]);
        Assert.Equal(["httponly", "max-age=604800", "path=/", "samesite=strict", "secure"], cookies["__Host-refresh"]);
        Assert.Equal(["httponly", "max-age=86400", "path=/", "samesite=strict", "secure"], cookies["__Host-session"]);
        Assert.False(signedIn.Headers.Contains("Secure-Session-Registration")); // unless the settings say so
        Assert.False(signedIn.Json.TryGetProperty("refreshToken", out _));
        Assert.DoesNotContain(browser.Cookies.GetAllCookies(), cookie => signedIn.Text.Contains(cookie.Value, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("R064")]
    public async Task Who_has_not_signed_in_gets_no_cookie()
    {
        using var visitor = crm.NewClient();
        foreach (var path in (string[])["/", "/health/live", "/account", "/api/estates", "/nothing", "/.well-known/jwks.json"])
        {
            Assert.False((await visitor.GetAsync(path)).Headers.Contains("Set-Cookie"));
        }

        Assert.False((await visitor.LoginAsync("nobody@example.com")).Headers.Contains("Set-Cookie"));
    }

    [Fact]
    [Requirement("R066")]
    public async Task A_real_browser_takes_the_cookies_and_sends_them_back()
    {
        var person = await place.Office.HireAsync("viewer");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        await using var context = await browser.NewContextAsync(new() { IgnoreHTTPSErrors = true, BypassCSP = true });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(crm.Address, "/health/live").AbsoluteUri);

        var statuses = await page.EvaluateAsync<int[]>(
            """
            async ([email, password]) => {
                const headers = { 'Content-Type': 'application/json' };
                const login = await fetch('/auth/login', { method: 'POST', headers, body: JSON.stringify({ email, password }) });
                headers['X-CSRF-Token'] = (await login.json()).csrfToken;
                const account = await fetch('/account');
                const refresh = await fetch('/auth/refresh', { method: 'POST', headers, body: '{}' });
                return [login.status, account.status, refresh.status, document.cookie.length];
            }
            """,
            new[] { person.Email, ApiClient.Password });

        Assert.Equal([200, 200, 200, 0], statuses); // the last: scripts see none of them
        var cookies = await context.CookiesAsync();
        Assert.Equal(["__Host-device", "__Host-refresh", "__Host-session"], cookies.Select(cookie => cookie.Name).Order());
        Assert.All(cookies, cookie => Assert.Equal(
            (crm.Address.Host, "/", true, true, SameSiteAttribute.Strict),
            (cookie.Domain, cookie.Path, cookie.Secure, cookie.HttpOnly, cookie.SameSite)));
    }

    [Fact]
    public async Task Without_exactly_that_cookie_nothing_opens()
    {
        var person = await place.Office.HireAsync("viewer");
        using var browser = crm.NewClient();
        await browser.LoginAsync(person.Email);
        var handle = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "__Host-session").Value;
        using var bare = crm.NewClient();

        foreach (var header in (string[])
            [$"session={handle}", $"__Secure-session={handle}", $"__Host-session={handle[..^1]}", $"__Host-session={handle}A"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await bare.SendAsync(HttpMethod.Get, "/account", null, ("Cookie", header))).Status);
        }
    }
}
