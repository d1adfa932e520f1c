using System.Net;
using System.Net.Http.Json;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class CsrfTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R179")]
    public async Task A_change_by_cookie_needs_the_token_of_its_own_session()
    {
        var (browser, right) = await BrowserAsync();
        var (other, anotherSessions) = await BrowserAsync();
        using (browser)
        using (other)
        {
            foreach (var token in (string?[])[null, "", " ", "wrong", anotherSessions, right[..^1], right + "A"])
            {
                var refused = await CreateAsync(browser, token);
                Assert.Equal((HttpStatusCode.Forbidden, "invalid_csrf_token"), (refused.Status, refused.Code));
            }

            Assert.Equal(HttpStatusCode.Created, (await CreateAsync(browser, right)).Status);
        }
    }

    [Fact]
    [Requirement("R179")]
    public async Task A_bearer_without_cookies_needs_no_token()
    {
        var person = await place.Office.HireAsync("agent");
        using var program = crm.NewClient();
        program.AccessToken = (await person.LoginAsync(program))["accessToken"];
        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(program, token: null)).Status);
    }

    [Fact]
    [Requirement("R180")]
    public async Task The_token_is_new_at_each_sign_in_and_the_old_one_dies_with_its_session()
    {
        var person = await place.Office.HireAsync("agent");
        using var browser = crm.NewClient();
        var first = (await browser.LoginAsync(person.Email))["csrfToken"];
        Assert.Equal(HttpStatusCode.NoContent, (await browser.SendAsync(HttpMethod.Post, "/auth/logout", null, ("X-CSRF-Token", first))).Status);

        var second = (await browser.LoginAsync(person.Email))["csrfToken"];

        Assert.NotEqual(first, second);
        Assert.Equal("invalid_csrf_token", (await CreateAsync(browser, first)).Code);
        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(browser, second)).Status);
    }

    [Theory]
    [Requirement("R183")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("X-Nothing", "neither origin nor token")]
    public async Task A_foreign_page_rotates_no_token_and_signs_nobody_out(string header, string value)
    {
        var (browser, token) = await BrowserAsync();
        using (browser)
        {
            var cookies = browser.Cookies.GetAllCookies().Select(cookie => cookie.Value).ToHashSet();
            var generations = await GenerationsAsync();

            foreach (var path in (string[])["/auth/refresh", "/auth/logout"])
            {
                var refused = await browser.SendAsync(HttpMethod.Post, path, null, (header, value));
                Assert.Equal((HttpStatusCode.Forbidden, "invalid_csrf_token"), (refused.Status, refused.Code));
                Assert.False(refused.Headers.Contains("Set-Cookie"));
            }

            Assert.Equal(generations, await GenerationsAsync());
            Assert.Equal(cookies, browser.Cookies.GetAllCookies().Select(cookie => cookie.Value).ToHashSet());
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
            Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("X-CSRF-Token", token))).Status);
        }
    }

    [Fact]
    public async Task A_foreign_page_signs_nobody_in()
    {
        var person = await place.Office.HireAsync("agent");
        using var browser = crm.NewClient();
        var body = JsonContent.Create(new { email = person.Email, password = ApiClient.Password });

        var refused = await browser.SendAsync(HttpMethod.Post, "/auth/login", body, ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal((HttpStatusCode.Forbidden, 0), (refused.Status, browser.Cookies.Count));
    }

    private static Task<Answer> CreateAsync(ApiClient client, string? token)
    {
        var body = JsonContent.Create(new { name = "Carla Customer", email = $"{Guid.CreateVersion7():N}@example.com", country = "DE" });
        return token is null
            ? client.SendAsync(HttpMethod.Post, "/api/customers", body)
            : client.SendAsync(HttpMethod.Post, "/api/customers", body, ("X-CSRF-Token", token));
    }

    private async Task<(ApiClient Browser, string Token)> BrowserAsync()
    {
        var person = await place.Office.HireAsync("agent");
        var browser = crm.NewClient();
        return (browser, (await browser.LoginAsync(person.Email))["csrfToken"]);
    }

    private Task<long> GenerationsAsync() =>
        crm.Behind.ReadAsync<long>("SELECT sum(family_generation)::bigint FROM sessions.sessions WHERE revoked_at IS NULL");
}
