using System.Net;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Sessions;

public sealed class SessionListTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R072")]
    public async Task The_list_shows_who_came_last_from_where_by_which_route_and_no_query_string()
    {
        var person = await place.Office.HireAsync("viewer");
        using var phone = await SignedInAsync(person);
        using var laptop = await SignedInAsync(person);
        await laptop.SendAsync(HttpMethod.Get, "/api/customers?email=secret%40example.com", null, ("User-Agent", "Laptop"));

        var own = Items(await phone.GetAsync("/account/sessions?page=1"));
        var administrators = Items(await place.Office.Admin.GetAsync($"/api/admin/users/{person.Id}/sessions"));

        Assert.Equal(3, own.Count); // and the one in which the invitation was accepted
        var current = Assert.Single(own, session => session.GetProperty("current").GetBoolean());
        Assert.Equal(("GET", "/account/sessions"), (current.GetProperty("method").GetString(), current.GetProperty("endpoint").GetString()));
        foreach (var list in new[] { own, administrators })
        {
            var other = Assert.Single(list, session => session.GetProperty("endpoint").GetString() == "/api/customers");
            Assert.Equal("GET", other.GetProperty("method").GetString());
            Assert.Contains(other.GetProperty("ip").GetString(), (string[])["127.0.0.1", "::1"]);
        }

        Assert.DoesNotContain("secret", await crm.Behind.ReadAsync<string>("SELECT string_agg(s::text, ' ') FROM sessions.sessions s"), StringComparison.Ordinal);
        Assert.Equal(1, await crm.Behind.EventsAsync("SESSIONS_VIEWED", person.Id));
    }

    [Fact]
    [Requirement("R059", "R060", "R073", "R074")]
    [Asvs("V7.5.2")]
    public async Task A_holder_ends_a_session_of_theirs_at_once_and_nobody_elses()
    {
        var person = await place.Office.HireAsync("viewer");
        using var first = await SignedInAsync(person);
        using var second = await SignedInAsync(person);
        using var stranger = await SignedInAsync(await place.Office.HireAsync("viewer"));
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/account")).Status); // remembered
        var id = Current(await second.GetAsync("/account/sessions"));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Delete, $"/account/sessions/{id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/account")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await first.SendAsync(HttpMethod.Delete, $"/account/sessions/{id}")).Status);

        Assert.Equal("token_revoked", (await second.GetAsync("/account")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await first.SendAsync(HttpMethod.Delete, $"/account/sessions/{id}")).Status);
        Assert.DoesNotContain(id, (await first.GetAsync("/account/sessions")).Text, StringComparison.Ordinal);
        Assert.Equal("revoked_by_holder", await crm.Behind.ReadAsync<string>("SELECT revoke_reason FROM sessions.sessions WHERE id = $1 AND revoked_at IS NOT NULL", Guid.Parse(id)));
        Assert.Equal(person.Id, await crm.Behind.ReadAsync<Guid>(
            "SELECT actor_id FROM audit.events WHERE type = 'SESSION_ENDED' AND entity_id = $1 AND details ->> 'reason' = 'revoked_by_holder'", person.Id.ToString("D")));

        crm.Clock.Advance(TimeSpan.FromMinutes(11));
        var rest = Items(await first.GetAsync("/account/sessions"))[^1].GetProperty("id").GetString();
        Assert.Equal("step_up_required", (await first.SendAsync(HttpMethod.Delete, $"/account/sessions/{rest}")).Code);
    }

    [Fact]
    [Requirement("R073", "R074")]
    public async Task An_administrator_ends_all_sessions_of_somebody_below_with_a_reason()
    {
        var person = await place.Office.HireAsync("manager");
        using var client = crm.NewClient();
        client.Seed = person.Seed;
        client.AccessToken = (await client.SignInAsync(person.Email, "native"))["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
        await place.Office.RenewAsync();
        var (admin, path) = (place.Office.Admin, $"/api/admin/users/{person.Id}/revoke-sessions");
        Assert.Equal("validation_failed", (await admin.PostAsync(path, new { })).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(path, new { reason = "mine" })).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync(path, new { reason = "laptop stolen" })).Status);

        Assert.Equal("token_revoked", (await client.GetAsync("/account")).Code);
        Assert.Equal("administrator: laptop stolen", await crm.Behind.ReadAsync<string>(
            "SELECT DISTINCT revoke_reason FROM sessions.sessions WHERE user_id = $1 AND revoked_at IS NOT NULL", person.Id));
        Assert.Equal("laptop stolen", await crm.Behind.ReadAsync<string>(
            "SELECT details ->> 'reason' FROM audit.events WHERE type = 'SESSIONS_ENDED' AND entity_id = $1 AND actor_id <> $2", person.Id.ToString("D"), person.Id));
    }

    [Fact]
    [Asvs("V7.4.5")]
    public async Task Nobody_ends_the_sessions_of_who_ranks_as_high()
    {
        var (one, other) = (await place.Office.HireAsync("admin"), await place.Office.HireAsync("admin"));
        using var client = crm.NewClient();
        client.Seed = one.Seed;
        client.AccessToken = (await client.SignInAsync(one.Email, "native"))["accessToken"];

        foreach (var target in new[] { other.Id, one.Id, await crm.Behind.ReadAsync<Guid>("SELECT id FROM accounts.users WHERE email = 'ada@example.com'") })
        {
            Assert.Equal("forbidden", (await client.PostAsync($"/api/admin/users/{target}/revoke-sessions", new { reason = "coup" })).Code);
            Assert.Equal(1, await crm.Behind.EventsAsync("ACCESS_DENIED", target, "role_ceiling"));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/admin/users/{Guid.CreateVersion7()}/revoke-sessions", new { reason = "nobody" })).Status);
        var below = await place.Office.HireAsync("viewer");
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync($"/api/admin/users/{below.Id}/revoke-sessions", new { reason = "left the company" })).Status);
    }

    [Fact]
    [Requirement("R016")]
    public async Task Signing_out_everywhere_ends_every_token_cookie_and_session()
    {
        var person = await place.Office.HireAsync("viewer");
        using var browser = crm.NewClient();
        browser.CsrfToken = (await browser.LoginAsync(person.Email))["csrfToken"];
        var cookies = browser.Cookies.GetAllCookies().ToDictionary(cookie => cookie.Name, cookie => cookie.Value);
        using var program = crm.NewClient();
        var signedIn = await person.LoginAsync(program);
        program.AccessToken = signedIn["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync("/auth/logout-all", new { })).Status);

        Assert.DoesNotContain(browser.Cookies.GetAllCookies(), cookie => cookie.Name is "__Host-session" or "__Host-refresh");
        Assert.Equal("token_revoked", (await program.GetAsync("/account")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] })).Status);
        using var bare = crm.NewClient();
        Assert.Equal("session_expired", (await bare.SendAsync(HttpMethod.Get, "/account", null, ("Cookie", $"__Host-session={cookies["__Host-session"]}"))).Code);
        var refreshed = await bare.SendAsync(
            HttpMethod.Post, "/auth/refresh", null, ("Cookie", $"__Host-refresh={cookies["__Host-refresh"]}"), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.Unauthorized, refreshed.Status);
        Assert.Equal(0, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE user_id = $1 AND revoked_at IS NULL", person.Id));
        Assert.Equal(1, await crm.Behind.EventsAsync("SESSIONS_ENDED", person.Id));
    }

    [Fact]
    public async Task What_ended_lately_is_listed_with_its_reason_for_its_holder_alone()
    {
        var person = await place.Office.HireAsync("viewer");
        using var here = await SignedInAsync(person);
        using var there = await SignedInAsync(person);
        await there.PostAsync("/auth/logout", new { });
        using var browser = crm.NewClient();
        browser.CsrfToken = (await browser.LoginAsync(person.Email))["csrfToken"];
        browser.CsrfToken = (await browser.PostAsync("/auth/step-up", new { method = "password", password = ApiClient.Password }))["csrfToken"]; // goes on under another id
        await browser.LoginAsync(person.Email); // in the place of the one before
        await place.Office.RenewAsync();
        await place.Office.Admin.PostAsync($"/api/admin/users/{person.Id}/revoke-sessions", new { reason = "a laptop of theirs was stolen" });

        using var again = await SignedInAsync(person);
        var ended = await again.GetAsync("/account/sessions/ended");

        Assert.DoesNotContain("laptop", ended.Text, StringComparison.Ordinal);
        Assert.Equal(["administrator", "administrator", "administrator", "logout", "replaced"], Items(ended).Select(item => item.GetProperty("reason").GetString()).Order());
        Assert.All(Items(ended), item => Assert.Equal(JsonValueKind.Null, item.GetProperty("divergence").ValueKind));
        using var stranger = await SignedInAsync(await place.Office.HireAsync("viewer"));
        Assert.Empty(Items(await stranger.GetAsync("/account/sessions/ended")));

        crm.Clock.Advance(TimeSpan.FromDays(31));
        using var later = await SignedInAsync(person);
        Assert.Empty(Items(await later.GetAsync("/account/sessions/ended")));
    }

    [Fact]
    public async Task An_account_that_is_held_works_nowhere_until_its_time_and_then_again()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = await SignedInAsync(person);
        await crm.Behind.ChangeAsync("UPDATE accounts.users SET held_until = $2 WHERE id = $1", person.Id, crm.Clock.GetUtcNow() + TimeSpan.FromMinutes(10));
        await crm.FollowAsync();
        Assert.Equal("token_revoked", (await client.GetAsync("/account")).Code);

        crm.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
    }

    private async Task<ApiClient> SignedInAsync(Person person)
    {
        var client = crm.NewClient();
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];
        return client;
    }

    private static List<JsonElement> Items(Answer answer) => [.. answer.Json.GetProperty("items").EnumerateArray()];

    private static string Current(Answer answer) => Items(answer).Single(session => session.GetProperty("current").GetBoolean()).GetProperty("id").GetString()!;
}
