using System.Net;
using System.Text;
using Palisade.Access;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Access;

/// <summary>Every route that says it is sensitive, asked with a session that lives and whose proof is old, then fresh, then old again.</summary>
public sealed class StepUpSweepTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    [Fact]
    [Asvs("V7.5.1", "V7.5.3", "V10.3.4")]
    public async Task What_is_sensitive_wants_a_proof_of_the_last_ten_minutes_again_and_again()
    {
        var person = await place.Office.HireAsync("superadmin");
        using var client = place.Crm.NewClient();
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email, "native");
        // The one that would end the session itself comes last.
        var routes = MappedRoute.AllOf(place.Crm).Where(route => route.Endpoint.Metadata.GetMetadata<RequireStepUpAttribute>() is not null)
            .OrderBy(route => route.Template == "/auth/logout-all").ToList();
        Assert.True(routes.Count > 15, $"only {routes.Count} routes");
        string[] changes = ["/account/email", "/auth/mfa/sms/enroll", "/auth/mfa/{method}", "/auth/passkeys", "/auth/mfa/backup-codes", "/api/admin/users/{id:guid}/reset-mfa"];
        Assert.Subset(routes.Select(route => route.Template).ToHashSet(), changes.ToHashSet());

        for (var round = 0; round < 2; round++)
        {
            place.Crm.Clock.Advance(TimeSpan.FromMinutes(11));
            foreach (var route in routes)
            {
                var refused = await AskAsync(client, route);
                Assert.True(refused is { Status: HttpStatusCode.Unauthorized, Code: "step_up_required" }, $"{route}: {refused.Text}");
                Assert.Contains("insufficient_user_authentication", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal); // RFC 9470
            }

            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status); // so the session is a living one
            client.AccessToken = (await client.PostAsync("/auth/step-up", new { method = "totp", code = client.NextCode() }))["accessToken"];
            foreach (var route in routes.SkipLast(1))
            {
                Assert.NotEqual("step_up_required", (await AskAsync(client, route)).Code);
            }
        }

        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(client, routes[^1])).Status);
    }

    private static Task<Answer> AskAsync(ApiClient client, MappedRoute route) => client.SendAsync(
        new HttpMethod(route.Method), route.PathToNothing, route.Body is null ? null : new StringContent("{}", Encoding.UTF8, "application/json"));
}
