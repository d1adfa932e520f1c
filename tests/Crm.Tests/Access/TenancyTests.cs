using System.Net;
using System.Text;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Access;

public sealed class TenancyTests(TwoCompanies two) : IClassFixture<TwoCompanies>
{
    [Fact, Asvs("V8.4.1")]
    public async Task No_role_of_another_company_reaches_anything_by_its_id_at_any_endpoint()
    {
        var before = await AcmeRowsAsync();
        var faults = new List<string>();
        foreach (var role in Preset.Read().Roles)
        {
            var person = await two.OfGlobexAsync(role.Name);
            foreach (var route in MappedRoute.AllOf(two.Crm).Where(route => route.HasParameter))
            {
                foreach (var id in two.AcmeIds)
                {
                    var answer = await AskAsync(person, route, route.Path(id));
                    // A page of the console is an empty form; what it shows it asks of the API.
                    var isPage = route.Template.StartsWith("/console/", StringComparison.Ordinal) && answer.Status == HttpStatusCode.OK;
                    if (!isPage && answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden) || Leak(answer) is not null)
                    {
                        faults.Add($"{role.Name}: {route} with {id} answered {(int)answer.Status} {answer.Text}");
                    }
                }
            }
        }

        Problems.None(faults);
        Assert.Equal(before, await AcmeRowsAsync());
    }

    [Fact, Requirement("R091")]
    public async Task Neither_query_nor_header_nor_body_widens_what_a_company_sees()
    {
        var before = await AcmeRowsAsync();
        var acme = await two.Crm.Behind.ValueAsync<Guid>("SELECT tenant_id FROM accounts.users WHERE email = 'ada@example.com'");
        var faults = new List<string>();
        foreach (var route in MappedRoute.AllOf(two.Crm).Where(route => !route.IsOpen && route.Template != "/auth/logout"))
        {
            foreach (var name in new[] { "tenantId", "tenant", "companyId", "userId", "user", "ownerId", "entity", "email", "id" })
            {
                foreach (var value in new[] { acme.ToString(), two.AcmeIds[0], "grace@acme.example", "*", "%25" })
                {
                    var answer = await AskAsync(two.Bob, route, $"{route.PathToNothing}?{name}={value}", ("X-Tenant-Id", acme.ToString()), ("X-Tenant", acme.ToString()), ("X-User-Id", value));
                    if (Leak(answer) is { } leak || (int)answer.Status >= 500)
                    {
                        faults.Add($"{route}?{name}={value}: {(int)answer.Status} {answer.Text}");
                    }
                }
            }
        }

        Problems.None(faults);
        Assert.Equal(before, await AcmeRowsAsync());
    }

    [Fact, Requirement("R091")]
    public async Task Lists_and_their_totals_count_the_own_company_alone()
    {
        Assert.Equal("0", (await two.Bob.GetAsync("/api/estates")).Headers.GetValues("X-Total-Count").Single());
        Assert.Equal("0", (await two.Bob.GetAsync("/api/customers?email=grace@acme.example")).Headers.GetValues("X-Total-Count").Single());
        var events = (await two.Bob.GetAsync("/api/admin/audit?pageSize=100")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.NotEmpty(events);
        var ids = events.Select(entry => entry.GetProperty("id").GetGuid()).ToArray();
        Assert.Equal(ids.Length, await two.Crm.Behind.ValueAsync<long>("SELECT count(*) FROM audit.events WHERE tenant_id = $1 AND id = ANY($2)", two.Globex, ids));
    }

    [Fact]
    public async Task A_row_made_in_anothers_name_lands_in_the_own_company()
    {
        var acme = await two.Crm.Behind.ValueAsync<Guid>("SELECT tenant_id FROM accounts.users WHERE email = 'ada@example.com'");

        var made = await two.Bob.PostAsync("/api/customers", new { name = "Grace Globex", email = "grace@acme.example", tenantId = acme, createdBy = two.AcmeIds[0], id = two.AcmeIds[1] });

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.NotEqual(two.AcmeIds[1], made["id"]);
        Assert.Equal(two.Globex, await two.Crm.Behind.ValueAsync<Guid>("SELECT tenant_id FROM crm.customers WHERE id = $1", Guid.Parse(made["id"])));
        await two.Bob.SendAsync(HttpMethod.Delete, $"/api/customers/{made["id"]}");
    }

    private string? Leak(Answer answer) => two.AcmeSecrets.FirstOrDefault(secret => answer.Text.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private async Task<string> AcmeRowsAsync() => string.Join('|', (await two.Crm.Behind.RowsAsync(
        """
        SELECT md5(string_agg(row, ',' ORDER BY row)) FROM (
            SELECT t::text AS row FROM crm.estates t WHERE tenant_id <> $1 UNION ALL SELECT t::text FROM crm.customers t WHERE tenant_id <> $1
            UNION ALL SELECT t::text FROM crm.imports t WHERE tenant_id <> $1 UNION ALL SELECT t::text FROM accounts.users t WHERE tenant_id <> $1) rows
        """,
        two.Globex)).Select(row => row[0]));

    // Where an empty body would be refused before anybody looks whose row it is.
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["PATCH /account/passkeys/{id:guid}"] = """{"name":"Telephone"}""",
        ["POST /api/admin/users/{id:guid}/revoke-sessions"] = """{"reason":"Left the company"}""",
    };

    private static Task<Answer> AskAsync(ApiClient person, MappedRoute route, string path, params (string, string)[] headers) => person.SendAsync(
        new HttpMethod(route.Method), path, route.Body is null ? null : new StringContent(Bodies.GetValueOrDefault(route.ToString(), "{}"), Encoding.UTF8, "application/json"), headers);
}
