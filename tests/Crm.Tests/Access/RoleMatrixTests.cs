using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Access;

public sealed class RoleMatrixTests(Acme acme, TestCluster cluster) : IClassFixture<Acme>
{
    private readonly Preset preset = Preset.Read();

    [Fact, Requirement("R085")]
    public async Task Every_role_may_exactly_what_the_preset_says_at_every_endpoint()
    {
        var faults = new List<string>();
        foreach (var role in preset.Roles)
        {
            var person = await acme.WithRoleAsync(role.Name);
            foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => route.Permission is not null))
            {
                var answer = await AskAsync(person, route);
                var isRefused = answer.Status == HttpStatusCode.Forbidden;
                if ((int)answer.Status is >= 500 or 401 || isRefused == role.May(route.Permission!))
                {
                    faults.Add($"{role.Name}: {route} ({route.Permission}) answered {(int)answer.Status} {answer.Code}");
                }
            }
        }

        Problems.None(faults);
    }

    [Theory]
    [InlineData("GET /api/estates", "estate:read"), InlineData("POST /api/estates", "estate:create")]
    [InlineData("GET /api/estates/{id:guid}", "estate:read"), InlineData("PATCH /api/estates/{id:guid}", "estate:update"), InlineData("DELETE /api/estates/{id:guid}", "estate:delete")]
    [InlineData("GET /api/customers", "customer:read"), InlineData("POST /api/customers", "customer:create"), InlineData("POST /api/customers/import", "customer:import")]
    [InlineData("GET /api/customers/{id:guid}", "customer:read"), InlineData("PATCH /api/customers/{id:guid}", "customer:update"), InlineData("DELETE /api/customers/{id:guid}", "customer:delete")]
    [InlineData("GET /api/admin/users", "user:read"), InlineData("POST /api/admin/users", "user:create"), InlineData("GET /api/admin/audit", "audit:trails")]
    public void Each_route_needs_the_permission_of_what_it_does(string route, string permission) =>
        Assert.Equal(permission, MappedRoute.AllOf(acme.Crm).Single(mapped => mapped.ToString() == route).Permission);

    [Fact]
    public async Task A_data_entry_clerk_adds_customers_and_reads_none_back()
    {
        var clerk = await acme.WithRoleAsync("dataentry");
        var made = await clerk.PostAsync("/api/customers", new { name = "Grace Hopper", email = "clerk@example.org" });

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.GetAsync($"/api/customers/{made["id"]}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.GetAsync("/api/customers")).Status);
    }

    [Fact]
    public async Task Each_refusal_is_one_event_with_user_role_route_and_address()
    {
        var tenant = await acme.WithRoleAsync("tenant");
        var user = Guid.Parse((await tenant.GetAsync("/account"))["id"]);
        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => route.Permission is { } permission && !preset.Roles.Single(role => role.Name == "tenant").May(permission)))
        {
            var refused = await AskAsync(tenant, route);

            var row = Assert.Single(await acme.Crm.Behind.RowsAsync(
                "SELECT actor_id, actor_role, method, route, details->>'permission', type, outcome, host(ip) FROM audit.events WHERE request_id = $1",
                refused["requestId"]));
            Assert.Equal([user, "tenant", route.Method, route.Template, route.Permission, "ACCESS_DENIED", "refused"], row[..7]);
            Assert.Contains(row[7], new[] { "127.0.0.1", "::1" });
        }
    }

    [Fact, Requirement("R084")]
    public async Task Only_development_names_the_missing_permission()
    {
        var refused = await (await acme.WithRoleAsync("viewer")).PostAsync("/api/estates", new { });
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden", "estate:create"), (refused.Status, refused.Code, refused["permission"]));

        await using var production = new CrmInstance(cluster) { Configure = builder => builder.Services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = Environments.Production }) };
        await production.InitializeAsync();
        using var ada = production.NewClient();
        await ada.SetUpAsync();
        using var viewer = await ada.InviteAsync("vera@example.com", "viewer");
        refused = await viewer.PostAsync("/api/estates", new { });
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (refused.Status, refused.Code));
        Assert.DoesNotContain("estate:create", refused.Text, StringComparison.Ordinal);
        Assert.False(refused.Json.TryGetProperty("permission", out _));
    }

    [Fact]
    public async Task Nobody_hands_out_a_role_as_high_as_their_own_but_the_highest()
    {
        var highest = preset.Roles.Max(role => role.Rank);
        foreach (var giver in preset.Roles.Where(role => role.May("user:create")))
        {
            var person = await acme.WithRoleAsync(giver.Name);
            foreach (var given in preset.Roles)
            {
                var answer = await person.PostAsync("/api/admin/users", new { email = $"{giver.Name}-{given.Name}@example.org", name = "New Person", role = given.Name });
                var allowed = giver.Rank > given.Rank || giver.Rank == highest;
                Assert.True(allowed == (answer.Status == HttpStatusCode.Created) && allowed != (answer.Code == "forbidden"), $"{giver.Name} gave {given.Name}: {answer.Text}");
                Assert.Equal(allowed ? 1 : 0, await CountAsync($"{giver.Name}-{given.Name}@example.org"));
            }
        }
    }

    [Theory]
    [InlineData("owner"), InlineData("manager"), InlineData("viewer")]
    public async Task Who_may_not_create_users_cannot_create_a_super_administrator(string role)
    {
        var person = await acme.WithRoleAsync(role);

        var answer = await person.PostAsync("/api/admin/users", new { email = $"mallory-{role}@example.org", name = "Mallory", role = "superadmin" });

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (answer.Status, answer.Code));
        Assert.Equal(0, await CountAsync($"mallory-{role}@example.org"));
    }

    [Fact, Requirement("R078")]
    public async Task The_catalogue_is_told_whole_and_the_super_administrator_holds_all_of_it()
    {
        var roles = (await acme.Ada.GetAsync("/api/admin/roles")).Json;

        var permissions = roles.GetProperty("permissions").EnumerateArray().Select(name => name.GetString()!).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "estate:create", "estate:read", "estate:update", "estate:delete", "estate:analytics", "payment:process", "payment:refund", "financial:reports",
                "invoice:generate", "user:create", "user:update", "user:delete", "user:impersonate", "maintenance:assign", "maintenance:approve", "system:logs",
                "system:config", "audit:trails", "profile:update", "payment:view_own", "maintenance:create",
            },
            permissions);
        Assert.Equal(preset.Permissions.ToHashSet(), permissions);
        foreach (var role in roles.GetProperty("roles").EnumerateArray())
        {
            var expected = preset.Roles.Single(written => written.Name == role.GetProperty("name").GetString());
            var held = role.GetProperty("permissions").EnumerateArray().Select(name => name.GetString()!).ToHashSet();
            Assert.Equal(preset.Permissions.Where(expected.May).ToHashSet(), held);
            Assert.Equal(expected.Class != "user", role.GetProperty("mfaRequired").GetBoolean());
        }
    }

    private static async Task<Answer> AskAsync(ApiClient person, MappedRoute route) => await person.SendAsync(
        new HttpMethod(route.Method), route.PathToNothing, route.Body is null ? null : new StringContent("{}", Encoding.UTF8, "application/json"));

    private Task<long> CountAsync(string email) => acme.Crm.Behind.ValueAsync<long>("SELECT count(*) FROM accounts.users WHERE email = $1", email);
}
