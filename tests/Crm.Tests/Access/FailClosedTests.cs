using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Access;

public sealed class FailClosedTests(Acme acme, TestCluster cluster) : IClassFixture<Acme>
{
    [Fact, Requirement("R085"), Asvs("V8.3.1")]
    public void Every_endpoint_says_exactly_once_who_may_call_it()
    {
        var endpoints = acme.Crm.Services.GetRequiredService<EndpointDataSource>().Endpoints;

        Assert.All(endpoints, endpoint => Assert.Single(endpoint.Metadata.GetOrderedMetadata<IAccessDeclaration>()));
        Assert.All(endpoints, endpoint => Assert.IsType<RouteEndpoint>(endpoint));
        Assert.All(endpoints, endpoint => Assert.NotEmpty(endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []));
    }

    [Fact, Requirement("R085")]
    public async Task An_application_with_an_endpoint_that_says_nothing_does_not_start()
    {
        await using var crm = new CrmInstance(cluster) { Configure = builder => builder.Services.AddSingleton<IStartupFilter, ForgottenEndpoint>() };

        var exception = await Assert.ThrowsAsync<UndeclaredAccessException>(async () => await crm.InitializeAsync());

        Assert.Contains("/forgotten", exception.Message, StringComparison.Ordinal);
    }

    [Fact, Requirement("R084", "R085")]
    public async Task No_protected_endpoint_answers_anybody_without_proof()
    {
        string?[] proofs = [null, "Bearer", "Bearer x", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic YWRhOmFkYQ==", "bearer null", "DPoP x", "Bearer a, Bearer b"];
        var faults = new List<string>();
        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => !route.IsOpen))
        {
            foreach (var proof in proofs)
            {
                var answer = await AskAsync(route.Method, acme.Crm.Address + route.PathToNothing[1..], proof, route.Body is not null);
                if (answer.Status != HttpStatusCode.Unauthorized || answer.Headers.WwwAuthenticate.Count == 0 || Problems.Fault(answer) is not null)
                {
                    faults.Add($"{route} with {proof ?? "nothing"}: {(int)answer.Status} {answer.Text}");
                }
            }
        }

        Problems.None(faults);
    }

    [Fact, Requirement("R087")]
    public async Task No_spelling_of_a_protected_path_leads_around_its_guard()
    {
        var viewer = await acme.WithRoleAsync("viewer");
        var faults = new List<string>();
        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => !route.IsOpen))
        {
            foreach (var spelling in Spellings(route.PathToNothing))
            {
                var stranger = await AskAsync(route.Method, acme.Crm.Address.GetLeftPart(UriPartial.Authority) + spelling, null, route.Body is not null);
                if (stranger.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.BadRequest))
                {
                    faults.Add($"{route.Method} {spelling} without proof: {(int)stranger.Status}");
                }

                if (route.Permission is not ("estate:read" or "customer:read" or null)
                    && await AskAsync(route.Method, acme.Crm.Address.GetLeftPart(UriPartial.Authority) + spelling, $"Bearer {viewer.AccessToken}", route.Body is not null, viewer.CookieHeader) is var refused
                    && refused.Status is not (HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.BadRequest))
                {
                    faults.Add($"{route.Method} {spelling} as viewer: {(int)refused.Status}");
                }
            }
        }

        Problems.None(faults);
    }

    [Fact, Requirement("R181")]
    public async Task Reading_methods_never_reach_what_changes_something()
    {
        var routes = MappedRoute.AllOf(acme.Crm);
        var before = await Rows.DigestAsync(acme.Crm.Behind);
        foreach (var route in routes.Where(route => route.Method is not "GET"))
        {
            var alsoRead = routes.Any(other => other.Template == route.Template && other.Method == "GET");
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Trace })
            {
                var answer = await acme.Ada.SendAsync(method, route.PathToNothing);
                Assert.True(
                    (int)answer.Status is 405 or 404 || (alsoRead && (method == HttpMethod.Get || method == HttpMethod.Head)),
                    $"{method} {route.Template}: {(int)answer.Status}");
            }
        }

        Assert.Equal(before, await Rows.DigestAsync(acme.Crm.Behind));
    }

    private static IEnumerable<string> Spellings(string path) =>
    [
        path.ToUpperInvariant(), path + "/", path + "//", "/" + path, path.Replace("/", "//", StringComparison.Ordinal), "/" + path[1..].Replace("/", "%2f", StringComparison.Ordinal),
        "/" + path[1..].Replace("/", "%2F", StringComparison.Ordinal), path + "%2f", path + "%20", path + ";a=b", path + "%00", path + "?", path + "#x", path + ".json",
        path.Replace("/api/", "/api/./", StringComparison.Ordinal), path.Replace("/api/", "/api/x/../", StringComparison.Ordinal), path.Replace("/api/", "/api/x%2f..%2f", StringComparison.Ordinal),
        path.Replace("a", "%61", StringComparison.Ordinal), "/" + path[1..].Replace("/", "\\", StringComparison.Ordinal),
    ];

    private static async Task<Answer> AskAsync(string method, string address, string? authorization, bool withBody, string cookies = "")
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Issuer == "CN=Palisade development CA" } });
        // As written: the client's own tidying of paths would hide what a hostile one sends.
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = withBody ? new StringContent("{}", Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")) : null;
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        }

        using var response = await client.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);
    }

    private sealed class ForgottenEndpoint : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.UseRouting().UseEndpoints(endpoints => endpoints.MapGet("/forgotten", () => Results.Ok()));
        };
    }
}
