using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Sessions.Internal;

namespace Palisade.Crm.Tests.Sessions;

/// <summary>Who may use a browser's access token, and what is noted when a session changes its place.</summary>
public sealed class BrowserTokenTests(ProxiedOffice place) : IClassFixture<ProxiedOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R058")]
    public async Task A_browsers_token_is_worth_nothing_without_its_own_session_cookie()
    {
        var person = await place.Office.HireAsync("viewer");
        using var browser = crm.NewClient();
        using var other = crm.NewClient();
        using var thief = crm.NewClient();
        var token = (await browser.LoginAsync(person.Email, client: "browser"))["accessToken"];
        await other.LoginAsync(person.Email, client: "browser");
        browser.AccessToken = token;
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        var right = Cookie(browser, "__Host-session");

        thief.AccessToken = token;
        string?[] carried =
        [
            null, "", right[..^1], right + "A", new string('A', 43), new string('A', 5000), Cookie(other, "__Host-session"),
            Cookie(browser, "__Host-refresh"), Cookie(browser, "__Host-device"),
        ];
        foreach (var cookie in carried)
        {
            var refused = await AskAsync(thief, cookie is null ? [] : [("Cookie", $"__Host-session={cookie}")]);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (refused.Status, refused.Code));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(thief, ("Cookie", $"session={right}"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(thief, ("Cookie", $"__Host-session={right}"))).Status);

        browser.AccessToken = null;
        var refreshed = (await browser.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("Sec-Fetch-Site", "same-origin")))["accessToken"];
        browser.AccessToken = thief.AccessToken = refreshed;
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        Assert.Equal("invalid_token", (await thief.GetAsync("/account")).Code);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", "invalid_token")]
    [InlineData("Origin", null, "invalid_token")]
    [InlineData("X-Anything", "else", null)]
    public async Task Who_shows_to_be_a_browser_is_one_and_who_says_nothing_may_use_the_token_alone(string header, string? value, string? refusal)
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        using var bare = crm.NewClient();
        using var login = JsonContent.Create(new { email = person.Email, password = ApiClient.Password });

        var signedIn = await client.SendAsync(HttpMethod.Post, "/auth/login", login, [(header, value ?? crm.Address.GetLeftPart(UriPartial.Authority))]);

        Assert.NotNull(Cookie(client, "__Host-session"));
        bare.AccessToken = signedIn["accessToken"];
        Assert.Equal(refusal, (await bare.GetAsync("/account")).Code);
    }

    [Fact]
    [Requirement("R056")]
    public async Task A_declared_program_gets_its_refresh_token_in_the_body_and_nobody_with_cookies_is_one()
    {
        var person = await place.Office.HireAsync("viewer");
        using var program = crm.NewClient();
        using var browser = crm.NewClient();

        var signedIn = await person.LoginAsync(program);

        Assert.NotEmpty(signedIn["refreshToken"]);
        Assert.Equal((false, 0), (signedIn.Headers.Contains("Set-Cookie"), program.Cookies.Count));
        var refreshed = await program.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] });
        Assert.NotEmpty(refreshed["refreshToken"]);
        Assert.False(refreshed.Headers.Contains("Set-Cookie"));

        browser.CsrfToken = (await browser.LoginAsync(person.Email, client: "browser"))["csrfToken"];
        var refused = await browser.LoginAsync(person.Email, client: "native");
        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (refused.Status, refused.Code));
        Assert.Equal("malformed_request", (await browser.PostAsync("/auth/refresh", new { client = "native" })).Code);
        Assert.False((await browser.PostAsync("/auth/refresh", new { })).Json.TryGetProperty("refreshToken", out _));
    }

    [Fact]
    [Requirement("R058")]
    public async Task A_session_that_moves_goes_on_and_each_move_is_recorded_once()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];
        (string Address, string Agent, int Moves)[] uses =
        [
            ("192.0.2.10", "One/1.0", 1), ("192.0.2.10", "One/1.0", 1), ("198.51.100.7", "One/1.0", 2), ("198.51.100.7", "One/1.0", 2),
            ("2001:db8::1", "One/1.0", 3), ("2001:db8::2", "One/1.0", 3), ("2001:db8::2", "Two/1.0", 4), ("192.0.2.10", "One/1.0", 5),
        ];
        foreach (var (address, agent, moves) in uses)
        {
            crm.Clock.Advance(TimeSpan.FromSeconds(11));

            Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, ("X-Forwarded-For", address), ("User-Agent", agent))).Status);

            await crm.Services.GetRequiredService<ActivityWriter>().WriteAsync(TestContext.Current.CancellationToken);
            Assert.Equal(moves, await crm.Behind.EventsAsync("SESSION_MOVED", person.Id));
        }

        Assert.Equal("2001:db8::2 Two/1.0 false true", await crm.Behind.ReadAsync<string>(
            """
            SELECT concat_ws(' ', host(ip), user_agent, details ->> 'network', details ->> 'client') FROM audit.events
            WHERE type = 'SESSION_MOVED' AND entity_id = $1 ORDER BY id OFFSET 3 LIMIT 1
            """,
            person.Id.ToString("D")));
    }

    private static Task<Answer> AskAsync(ApiClient client, params (string Name, string Value)[] headers) => client.SendAsync(HttpMethod.Get, "/account", null, headers);

    private static string Cookie(ApiClient client, string name) => client.Cookies.GetAllCookies().Single(cookie => cookie.Name == name).Value;
}
