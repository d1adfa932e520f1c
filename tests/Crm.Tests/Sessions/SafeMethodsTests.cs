using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Surface;
using Palisade.Sessions.Internal;

namespace Palisade.Crm.Tests.Sessions;

/// <summary>Every mapped route, asked by every safe method, twice, by somebody who may do everything.</summary>
/// <remarks>
/// Two things a read does leave behind, and both are said: audit events of what was seen, and when and where the session was
/// last used. Everything else in the database is compared, row by row.
/// </remarks>
public sealed class SafeMethodsTests(Acme acme) : IClassFixture<Acme>
{
    [Fact]
    [Requirement("R181")]
    [Asvs("V3.5.3")]
    public async Task A_safe_method_changes_nothing_on_any_route()
    {
        var estate = await acme.Ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        var customer = await acme.Ada.PostAsync("/api/customers", new { name = "Grace Customer", email = "grace@example.com", country = "DE" });
        var user = Guid.Parse((await acme.Ada.GetAsync("/account"))["id"]);
        var session = (await acme.Ada.GetAsync("/account/sessions")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        string[] ids = [estate["id"], customer["id"], user.ToString("D"), session];
        var before = await StateAsync();
        var asked = 0;

        foreach (var route in MappedRoute.AllOf(acme.Crm))
        {
            foreach (var path in route.HasParameter ? ids.Select(route.Path) : [route.Path("")])
            {
                foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Options])
                {
                    for (var time = 0; time < 2; time++)
                    {
                        var answer = await acme.Ada.SendAsync(method, path);
                        Assert.True(answer.Status < HttpStatusCode.InternalServerError, $"{method} {path}: {answer.Text}");
                        asked++;
                    }
                }

                if (!MappedRoute.AllOf(acme.Crm).Any(other => other.Method == "GET" && other.Template == route.Template))
                {
                    Assert.Equal(HttpStatusCode.MethodNotAllowed, (await acme.Ada.GetAsync(path)).Status);
                }
            }
        }

        Assert.True(asked > 200, $"only {asked} requests");
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task The_comparison_sees_a_change()
    {
        var before = await StateAsync();
        await acme.Ada.PostAsync("/api/estates", new { name = "Mill", location = "2 Quay Street", totalUnits = 1 });
        Assert.NotEqual(before, await StateAsync());
    }

    private async Task<string> StateAsync()
    {
        await acme.Crm.Services.GetRequiredService<ActivityWriter>().WriteAsync(CancellationToken.None);
        return string.Join('\n', (await Rows.DigestAsync(acme.Crm.Behind)).Select(table => $"{table.Key} {table.Value}"));
    }
}
