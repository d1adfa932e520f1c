using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;
using Palisade.Hardening;

namespace Palisade.Crm.Tests.Hardening;

public sealed class SecurityHeadersTests(SecurityHeadersTests.WithProbes acme) : IClassFixture<SecurityHeadersTests.WithProbes>
{
    /// <summary>An answer of every kind: data, nothing, text, and each refusal.</summary>
    private static readonly (string Method, string Path, int Status)[] Kinds =
    [
        ("GET", "/api/estates", 200), ("GET", "/health/live", 200), ("GET", "/metrics", 200), ("GET", "/nowhere", 404), ("DELETE", "/api/estates", 405),
        ("POST", "/auth/login", 400), ("GET", "/api/estates?page=0", 400), ("GET", "/probe/fails", 500), ("HEAD", "/nowhere", 404), ("GET", "/probe/page", 200),
    ];

    [Fact, Requirement("R139")]
    public async Task What_is_no_page_may_load_nothing_and_be_framed_by_nobody()
    {
        foreach (var (method, path, _) in Kinds.Where(kind => kind.Path != "/probe/page"))
        {
            Assert.Equal("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'", await HeaderAsync(method, path, "Content-Security-Policy"));
        }
    }

    [Theory]
    [InlineData("X-Frame-Options", "DENY")]
    [InlineData("X-Content-Type-Options", "nosniff")]
    [InlineData("Referrer-Policy", "same-origin")]
    [InlineData("X-XSS-Protection", "0")]
    [InlineData("X-Permitted-Cross-Domain-Policies", "none")]
    [InlineData("Cross-Origin-Opener-Policy", "same-origin")]
    [InlineData("Cross-Origin-Resource-Policy", "same-origin")]
    [InlineData("Strict-Transport-Security", "max-age=31536000; includeSubDomains")]
    [Requirement("R148", "R151", "R153", "R154", "R156", "R163")]
    public async Task Every_answer_carries_it_exactly_once(string header, string value)
    {
        foreach (var (method, path, status) in Kinds)
        {
            var answer = await AskAsync(method, path);
            Assert.Equal(status, (int)answer.Status);
            Assert.Equal(value, Assert.Single(answer.Headers.GetValues(header)));
        }
    }

    [Fact, Requirement("R166")]
    public async Task Every_answer_tells_the_running_version()
    {
        var version = typeof(PalisadeExtensions).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version;
        foreach (var (method, path, _) in Kinds)
        {
            var told = await HeaderAsync(method, path, "X-API-Version");
            Assert.StartsWith(told!, version, StringComparison.Ordinal);
            Assert.Matches("^[0-9]+[.][0-9]+$", told);
        }
    }

    [Fact, Requirement("R167")]
    public async Task Every_answer_has_an_id_of_its_own()
    {
        var ids = new HashSet<string?>();
        foreach (var (method, path, _) in Kinds.Concat(Kinds))
        {
            Assert.True(ids.Add(await HeaderAsync(method, path, "X-Request-ID")));
        }
    }

    [Theory]
    [InlineData("order-4711.a_B", true)]
    [InlineData("a b", false)]
    [InlineData("a\tb", false)]
    [InlineData("<script>", false)]
    public async Task A_callers_own_id_is_kept_only_when_it_is_harmless(string id, bool kept)
    {
        var answer = await acme.Ada.SendAsync(HttpMethod.Get, "/health/live", null, ("X-Correlation-ID", id), ("X-Request-ID", id));

        Assert.Equal(kept ? id : null, answer.Headers.TryGetValues("X-Correlation-ID", out var values) ? values.Single() : null);
        Assert.NotEqual(id, answer.Headers.GetValues("X-Request-ID").Single());
    }

    [Fact, Requirement("R167")]
    public async Task A_callers_own_id_of_ten_kilobytes_is_not_kept()
    {
        var answer = await acme.Ada.SendAsync(HttpMethod.Get, "/health/live", null, ("X-Correlation-ID", new string('a', 10_000)));

        Assert.False(answer.Headers.Contains("X-Correlation-ID"));
    }

    [Fact]
    public async Task Nothing_of_the_API_is_stored_by_anybody()
    {
        foreach (var (method, path, _) in Kinds)
        {
            Assert.Contains("no-store", await HeaderAsync(method, path, "Cache-Control"), StringComparison.Ordinal);
        }
    }

    [Fact, Requirement("R161", "R165"), Asvs("V13.4.6")]
    public async Task No_answer_tells_what_serves_it_or_carries_a_dead_header()
    {
        foreach (var (method, path, _) in Kinds)
        {
            var answer = await AskAsync(method, path);
            var names = answer.Headers.Concat(answer.ContentHeaders).Select(header => header.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var header in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Content-Security-Policy", "X-WebKit-CSP", "Expect-CT", "Feature-Policy", "Public-Key-Pins" })
            {
                Assert.DoesNotContain(header, names);
            }
        }

        var core = await RawHttp.AskAsync(acme.Crm, "GET /api/estates HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400", core, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", core, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Kestrel", core, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Powered", core, StringComparison.OrdinalIgnoreCase);
    }

    [Fact, Requirement("R143", "R150", "R159", "R160")]
    public async Task A_page_loads_only_what_carries_its_nonce_and_talks_to_nobody_else()
    {
        var page = await AskAsync("GET", "/probe/page");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        var directives = policy.Split(';', StringSplitOptions.TrimEntries).ToDictionary(directive => directive.Split(' ')[0], directive => directive.Split(' ')[1..]);

        Assert.Equal([$"'nonce-{page.Text}'", "'strict-dynamic'"], directives["script-src"]);
        Assert.DoesNotContain("'unsafe-", policy, StringComparison.Ordinal);
        Assert.Equal(["'none'"], directives["default-src"]);
        Assert.Equal(["'none'"], directives["object-src"]);
        Assert.Equal(["'none'"], directives["frame-ancestors"]);
        Assert.Equal(["'self'"], directives["form-action"]);
        Assert.Equal(["'self'"], directives["connect-src"]);
        Assert.Contains("upgrade-insecure-requests", directives.Keys);
        Assert.DoesNotContain("block-all-mixed-content", directives.Keys);
        Assert.Equal("?1", page.Headers.GetValues("Origin-Agent-Cluster").Single());
        Assert.Equal("off", page.Headers.GetValues("X-DNS-Prefetch-Control").Single());
        Assert.Equal("require-corp", page.Headers.GetValues("Cross-Origin-Embedder-Policy").Single());
        Assert.Contains("geolocation=(self)", page.Headers.GetValues("Permissions-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_two_pages_share_a_nonce_and_each_has_128_bits()
    {
        var nonces = new HashSet<string>();
        for (var page = 0; page < 20; page++)
        {
            var nonce = (await AskAsync("GET", "/probe/page")).Text;
            Assert.Equal(16, Convert.FromBase64String(nonce).Length);
            Assert.True(nonces.Add(nonce));
        }
    }

    private Task<Answer> AskAsync(string method, string path) => acme.Ada.SendAsync(new HttpMethod(method), path);

    private async Task<string?> HeaderAsync(string method, string path, string header) => (await AskAsync(method, path)).Headers.GetValues(header).Single();

    public sealed class WithProbes(TestCluster cluster) : Acme(cluster)
    {
        protected override void Configure(WebApplicationBuilder builder) => builder.Services
            .AddSingleton<IStartupFilter>(new ProbeFilter("/probe/fails", _ => throw new InvalidOperationException("SELECT secret FROM /etc/passwd")))
            .AddSingleton<IStartupFilter>(new ProbeFilter("/probe/page", context =>
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                return context.Response.WriteAsync(PageSecurity.Of(context).Nonce);
            }));
    }
}
