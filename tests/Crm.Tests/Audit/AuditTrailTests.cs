using System.Net;
using System.Text.Json;
using Palisade.Crm.Tests.Access;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Audit;

public sealed class AuditTrailTests(Acme acme) : IClassFixture<Acme>
{
    private const string Agent = "AuditTest/1.0";

    [Fact]
    public async Task Each_act_leaves_exactly_one_event_of_its_type_with_who_where_and_how()
    {
        var user = Guid.Parse((await acme.Ada.GetAsync("/account"))["id"]);
        var estate = await ActAsync("POST", "/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        var customer = await ActAsync("POST", "/api/customers", new { name = "Grace", email = "grace@example.com" });
        var (onEstate, onCustomer) = ($"/api/estates/{estate["id"]}", $"/api/customers/{customer["id"]}");
        (string Event, Answer Answer, string Method, string Route, string? Entity)[] acts =
        [
            ("ESTATE_CREATED", estate, "POST", "/api/estates", estate["id"]),
            ("ESTATE_UPDATED", await ActAsync("PATCH", onEstate, new { totalUnits = 13 }), "PATCH", "/api/estates/{id:guid}", estate["id"]),
            ("ESTATE_DELETED", await ActAsync("DELETE", onEstate), "DELETE", "/api/estates/{id:guid}", estate["id"]),
            ("CUSTOMER_CREATED", customer, "POST", "/api/customers", customer["id"]),
            ("CUSTOMER_VIEWED", await ActAsync("GET", onCustomer), "GET", "/api/customers/{id:guid}", customer["id"]),
            ("CUSTOMERS_LISTED", await ActAsync("GET", "/api/customers"), "GET", "/api/customers", null),
            ("CUSTOMER_UPDATED", await ActAsync("PATCH", onCustomer, new { name = "Hopper" }), "PATCH", "/api/customers/{id:guid}", customer["id"]),
            ("CUSTOMER_DELETED", await ActAsync("DELETE", onCustomer), "DELETE", "/api/customers/{id:guid}", customer["id"]),
            ("USERS_VIEWED", await ActAsync("GET", "/api/admin/users"), "GET", "/api/admin/users", null),
            ("AUDIT_VIEWED", await ActAsync("GET", "/api/admin/audit"), "GET", "/api/admin/audit", null),
        ];

        foreach (var (type, answer, method, route, entity) in acts)
        {
            var row = Assert.Single(await acme.Crm.Behind.RowsAsync(
                "SELECT type, method, route, actor_id, actor_role, auth_level, user_agent, outcome, entity_id, session_ref, host(ip), occurred_at FROM audit.events WHERE request_id = $1",
                answer.Headers.GetValues("X-Request-ID").Single()));
            Assert.Equal([type, method, route, user, "superadmin", "mfa", Agent, "success", entity], row[..9]);
            Assert.Matches("^[0-9a-f]{16}$", (string)row[9]!);
            Assert.Contains(row[10], new[] { "127.0.0.1", "::1" });
            Assert.NotNull(row[11]);
        }
    }

    [Fact, Requirement("R264")]
    public async Task The_reference_of_a_session_joins_its_events_and_opens_nothing()
    {
        var first = await EventOfAsync(await ActAsync("GET", "/api/admin/users"), "session_ref");
        var second = await EventOfAsync(await ActAsync("GET", "/api/customers"), "session_ref");
        Assert.Equal(first, second);

        using var thief = acme.Crm.NewClient();
        thief.AccessToken = (string)first!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/account")).Status);
        thief.AccessToken = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SendAsync(HttpMethod.Get, "/account", null, ("Cookie", $"__Host-session={first}"))).Status);
    }

    [Fact]
    public async Task A_change_tells_ordinary_values_and_only_the_names_of_personal_ones()
    {
        var customer = await ActAsync("POST", "/api/customers", new { name = "Grace Hopper", email = "g1@example.com", phone = "+14155552671", passportNumber = "AB1234589", country = "US" });
        var changed = await ActAsync("PATCH", $"/api/customers/{customer["id"]}", new { name = "Ada Lovelace", phone = "+14155559999", passportNumber = "CD9876543", country = "GB" });

        var (before, after) = ((string)(await EventOfAsync(changed, "before::text"))!, (string)(await EventOfAsync(changed, "after::text"))!);
        foreach (var secret in new[] { "Grace", "Ada", "5552671", "5559999", "AB1234589", "CD9876543", "g1@" })
        {
            Assert.DoesNotContain(secret, before + after, StringComparison.Ordinal);
        }

        var (old, now) = (JsonDocument.Parse(before).RootElement, JsonDocument.Parse(after).RootElement);
        Assert.Equal(("US", "GB"), (old.GetProperty("country").GetString(), now.GetProperty("country").GetString()));
        Assert.Equal(["country", "name", "passportNumber", "phone"], now.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_changed_nothing_and_what_was_refused_leaves_no_event_of_change()
    {
        var estate = await ActAsync("POST", "/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        var path = $"/api/estates/{estate["id"]}";
        foreach (var answer in new[] { await ActAsync("PATCH", path, new { totalUnits = 12 }), await ActAsync("PATCH", path, new { totalUnits = 0 }), await ActAsync("POST", "/api/customers", new { name = "x" }) })
        {
            Assert.Empty(await acme.Crm.Behind.RowsAsync("SELECT type FROM audit.events WHERE request_id = $1", answer.Headers.GetValues("X-Request-ID").Single()));
        }
    }

    [Fact, Requirement("R279")]
    public async Task A_password_typed_as_the_address_leaves_one_failed_sign_in_without_it()
    {
        using var stranger = acme.Crm.NewClient();
        var answer = await stranger.LoginAsync("MyPassw0rd!InTheWrongField", "x");

        var rows = await acme.Crm.Behind.RowsAsync("SELECT e::text, type, reason FROM audit.events e WHERE request_id = $1", answer.Headers.GetValues("X-Request-ID").Single());
        var row = Assert.Single(rows);
        Assert.Equal(("LOGIN_FAILED", "unknown_account"), (row[1], row[2]));
        Assert.DoesNotContain("passw0rd", (string)row[0]!, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, Requirement("R273")]
    [InlineData("action=CUSTOMER_CREATED", "type = 'CUSTOMER_CREATED'")]
    [InlineData("entity=customer", "entity_type = 'customer'")]
    [InlineData("ip=127.0.0.1", "ip = '127.0.0.1'")]
    [InlineData("ip=203.0.113.1", "false")]
    [InlineData("from=2020-01-01", "true")]
    [InlineData("to=2020-01-01", "false")]
    [InlineData("from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00%2B02:00&action=LOGIN_SUCCESS", "type = 'LOGIN_SUCCESS'")]
    public async Task Each_filter_finds_exactly_its_events(string query, string condition)
    {
        await ActAsync("POST", "/api/customers", new { name = "Grace", email = $"{Guid.CreateVersion7():N}@example.com" });
        var tenant = await acme.Crm.Behind.ValueAsync<Guid>("SELECT id FROM tenancy.tenants");
        var expected = await acme.Crm.Behind.ValueAsync<long>($"SELECT count(*) FROM audit.events WHERE tenant_id = $1 AND ({condition})", tenant);

        var answer = await ActAsync("GET", $"/api/admin/audit?{query}&pageSize=100");

        Assert.Equal($"{expected}", answer.Headers.GetValues("X-Total-Count").Single());
        var ids = answer.Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("id").GetGuid()).ToArray();
        Assert.Equal((long)ids.Length, await acme.Crm.Behind.ValueAsync<long>($"SELECT count(*) FROM audit.events WHERE id = ANY($1) AND ({condition})", ids));
        Assert.Equal(Math.Min(100, expected), ids.Length);
    }

    [Fact, Requirement("R273")]
    public async Task Only_who_may_read_the_trail_reads_it_and_the_filters_values_are_not_repeated_in_it()
    {
        foreach (var role in Preset.Read().Roles)
        {
            var status = (await (await acme.WithRoleAsync(role.Name)).GetAsync("/api/admin/audit")).Status;
            Assert.Equal(role.May("audit:trails") ? HttpStatusCode.OK : HttpStatusCode.Forbidden, status);
        }

        var looked = await ActAsync("GET", "/api/admin/audit?entity=grace%40example.com&ip=203.0.113.99");
        var details = (string)(await EventOfAsync(looked, "details::text"))!;
        Assert.Contains("entity", details, StringComparison.Ordinal);
        Assert.DoesNotContain("grace@", details, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.99", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_agent_is_cut_between_characters_and_kept_as_it_is_otherwise()
    {
        var agent = new string('a', 511) + "😀" + "b";
        var answer = await RawHttp.AskAsync(
            acme.Crm, $"GET /api/admin/users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {acme.Ada.AccessToken}\r\nCookie: {acme.Ada.CookieHeader}\r\nUser-Agent: {agent}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(1, await acme.Crm.Behind.ValueAsync<long>("SELECT count(*) FROM audit.events WHERE user_agent = $1", agent[..511]));
    }

    private async Task<Answer> ActAsync(string method, string path, object? body = null)
    {
        using var content = body is null ? null : new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), null, "application/json");
        return await acme.Ada.SendAsync(new HttpMethod(method), path, content, ("User-Agent", Agent));
    }

    private Task<object> EventOfAsync(Answer answer, string column) =>
        acme.Crm.Behind.ValueAsync<object>($"SELECT {column} FROM audit.events WHERE request_id = $1", answer.Headers.GetValues("X-Request-ID").Single());
}
