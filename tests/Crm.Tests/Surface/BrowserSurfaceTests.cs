using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SetCookieHeaderValue = Microsoft.Net.Http.Headers.SetCookieHeaderValue;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Jose;
using Palisade.Sessions.Internal;
using Palisade.Tokens;

namespace Palisade.Crm.Tests.Surface;

/// <summary>An Acme that notes every cookie it ever sets.</summary>
public sealed class CookieCountingAcme(TestCluster cluster) : Acme(cluster)
{
    /// <summary>Each with its path.</summary>
    public ConcurrentQueue<(string Path, string Cookie)> Cookies { get; } = new();

    protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter>(new Counting(Cookies));

    private sealed class Counting(ConcurrentQueue<(string Path, string Cookie)> cookies) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, follow) =>
            {
                await follow();
                foreach (var cookie in context.Response.Headers.SetCookie)
                {
                    cookies.Enqueue((context.Request.Path, cookie!));
                }
            });
            next(app);
        };
    }
}

/// <summary>What browsers, and pages of strangers in them, can do with every mapped route.</summary>
public sealed class BrowserSurfaceTests(CookieCountingAcme acme) : IClassFixture<CookieCountingAcme>
{
    private static readonly string[] Embeddings = ["image", "script", "style", "font", "audio", "video", "track", "object", "embed", "iframe"];

    [Fact]
    [Requirement("R182")]
    [Asvs("V3.5.1")]
    public async Task A_cookie_changes_nothing_without_its_own_token_or_from_a_foreign_page()
    {
        using var browser = await BrowserAsync();
        using var other = await BrowserAsync();
        var (token, anothers) = (browser.CsrfToken!, other.CsrfToken!);
        browser.CsrfToken = null;
        (string, string)[][] forgeries =
        [
            [], [("X-CSRF-Token", anothers)], [("X-Requested-With", "XMLHttpRequest")], [("X-CSRF-Token", token), ("Origin", "https://evil.example")],
            [("X-CSRF-Token", token), ("Sec-Fetch-Site", "cross-site")], [("X-CSRF-Token", token), ("Sec-Fetch-Site", "same-site")],
        ];
        var before = await Rows.DigestAsync(acme.Crm.Behind);
        var (faults, asked) = (new List<string>(), 0);
        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => route.Method is not "GET"))
        {
            foreach (var forgery in forgeries)
            {
                var body = route.Body is null ? null : new StringContent("{}", Encoding.UTF8, "application/json");
                var answer = await browser.SendAsync(new HttpMethod(route.Method), route.PathToNothing, body, forgery);
                asked++;
                // What the browser itself calls is proved by what it signs; from a foreign page it is refused as all else.
                var isProof = route.Endpoint.Metadata.GetMetadata<BrowserProves>() is not null && !forgery.Any(header => header.Item1 is "Origin" or "Sec-Fetch-Site");
                if ((!isProof && (answer.Status, answer.Code) != (HttpStatusCode.Forbidden, "invalid_csrf_token")) || answer.Headers.Contains("Set-Cookie"))
                {
                    faults.Add($"{route} with {string.Join(' ', forgery)}: {(int)answer.Status} {answer.Code}");
                }
            }
        }

        Problems.None(faults);
        Assert.True(asked > 200, $"only {asked} requests");
        Assert.Equal(before, await Rows.DigestAsync(acme.Crm.Behind));
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("X-CSRF-Token", token))).Status);

        using var program = acme.Crm.NewClient();
        program.AccessToken = (await program.LoginAsync((await browser.GetAsync("/account"))["email"], client: "native"))["accessToken"];
        Assert.Equal(HttpStatusCode.Created, (await program.PostAsync("/api/customers", new { name = "Carla Customer", email = "carla@example.com", country = "DE" })).Status);
    }

    [Fact]
    [Asvs("V3.5.2")]
    public async Task Json_that_does_not_say_it_is_json_is_refused_everywhere()
    {
        Func<HttpContent>[] disguises =
        [
            () => Text("{}", "text/plain"), () => Text("{}", "application/x-www-form-urlencoded"), () => Text("{}", null), () => Text("{}", "text/json"),
            () => new MultipartFormDataContent { { new StringContent("{}"), "json" } },
        ];
        var before = await Rows.DigestAsync(acme.Crm.Behind);
        var routes = MappedRoute.AllOf(acme.Crm).Where(route => route.Body is not null).ToList();
        Assert.True(routes.Count > 30, $"only {routes.Count} routes");
        var faults = new List<string>();
        foreach (var route in routes)
        {
            foreach (var disguise in disguises)
            {
                using var content = disguise();
                var answer = await acme.Ada.SendAsync(new HttpMethod(route.Method), route.PathToNothing, content);
                if (answer.Status is not (HttpStatusCode.UnsupportedMediaType or HttpStatusCode.Forbidden))
                {
                    faults.Add($"{route} as {content.Headers.ContentType?.ToString() ?? "nothing"}: {(int)answer.Status} {answer.Text}");
                }
            }
        }

        Problems.None(faults);
        Assert.Equal(before, await Rows.DigestAsync(acme.Crm.Behind));
    }

    [Fact]
    [Asvs("V3.5.6")]
    public async Task No_route_wraps_its_answer_into_a_call()
    {
        var (faults, compared) = (new List<string>(), 0);
        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => route.Method == "GET"))
        {
            var (first, second) = (await acme.Ada.GetAsync(route.PathToNothing), await acme.Ada.GetAsync(route.PathToNothing));
            foreach (var name in (string[])["callback", "jsonp", "cb"])
            {
                var asked = await acme.Ada.GetAsync($"{route.PathToNothing}?{name}=zqProbe");
                // What is new at each request (a challenge, a log that grows) cannot be compared with itself either.
                var same = WithoutId(first) != WithoutId(second) || WithoutId(asked) == WithoutId(first);
                compared += WithoutId(first) == WithoutId(second) ? 1 : 0;
                if (!same || asked.Text.Contains("zqProbe", StringComparison.Ordinal) || IsScript(asked))
                {
                    faults.Add($"{route} with {name}: {asked.ContentHeaders.ContentType} {asked.Text[..Math.Min(200, asked.Text.Length)]}");
                }
            }
        }

        Problems.None(faults);
        Assert.True(compared > 60, $"only {compared} answers stood still");
    }

    [Fact]
    [Asvs("V3.5.7")]
    public async Task Scripts_are_the_same_for_everybody_and_no_route_makes_one()
    {
        using var stranger = acme.Crm.NewClient();
        var scripts = new HashSet<string>();
        foreach (var page in MappedRoute.AllOf(acme.Crm).Where(route => route is { IsPage: true, HasParameter: false, Method: "GET" }))
        {
            scripts.UnionWith(Regex.Matches((await acme.Ada.GetAsync(page.Path(""))).Text, "(?:src|href)=\"([^\"]+\\.js)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Value));
        }

        Assert.True(scripts.Count > 5, $"only {scripts.Count} scripts");
        foreach (var script in scripts)
        {
            var (theirs, hers) = (await stranger.GetAsync(script), await acme.Ada.GetAsync(script));
            Assert.True(IsScript(theirs) && theirs.Text == hers.Text, script);
            Assert.DoesNotContain("@example.com", hers.Text, StringComparison.Ordinal);
        }

        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => route.Method == "GET"))
        {
            Assert.False(IsScript(await acme.Ada.GetAsync(route.PathToNothing)), $"{route} makes a script");
        }
    }

    [Fact]
    [Asvs("V3.5.8")]
    public async Task What_needs_a_session_cannot_be_embedded_by_strangers()
    {
        using var browser = await BrowserAsync();
        var faults = new List<string>();
        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => route is { Method: "GET", IsOpen: false, IsPage: false }))
        {
            Assert.Equal("same-origin", (await browser.GetAsync(route.PathToNothing)).Headers.GetValues("Cross-Origin-Resource-Policy").Single());
            foreach (var kind in Embeddings)
            {
                var refused = await browser.SendAsync(HttpMethod.Get, route.PathToNothing, null, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", kind));
                if (refused.Code != "invalid_csrf_token")
                {
                    faults.Add($"{route} as {kind}: {(int)refused.Status}");
                }
            }
        }

        Problems.None(faults);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/account", null, ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Dest", "empty"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Get, "/account", null, ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Dest", "document"))).Status);
    }

    [Fact]
    [Asvs("V3.3.1", "V3.3.2", "V3.3.3", "V3.3.4", "V3.3.5", "V7.6.2")]
    public async Task Every_cookie_of_every_flow_is_bound_to_this_host_and_only_a_shown_credential_brings_one()
    {
        using var stranger = acme.Crm.NewClient();
        using var browser = await BrowserAsync();
        acme.Cookies.Clear();
        foreach (var route in MappedRoute.AllOf(acme.Crm))
        {
            var body = route.Body is null ? null : new StringContent("{}", Encoding.UTF8, "application/json");
            await stranger.SendAsync(new HttpMethod(route.Method), route.PathToNothing, body, ("Sec-Purpose", "prefetch"));
            if (route.Method == "GET")
            {
                await browser.GetAsync(route.PathToNothing);
            }
        }

        await stranger.PostAsync("/auth/register", new { email = "new@example.org", password = ApiClient.Password, name = "Nina New", company = "New Ltd" });
        var mails = new MailBox(acme.Crm);
        await stranger.PostAsync("/auth/verify-email", new { token = (await mails.ToAsync("new@example.org"))[^1].Token });
        Assert.Equal("active", await acme.Crm.Behind.ValueAsync<string>("SELECT status FROM accounts.users WHERE email_key = 'new@example.org'"));
        Assert.Empty(acme.Cookies);

        browser.ForgetSession();
        var answers = new List<Answer> { await browser.LoginAsync("new@example.org") };
        browser.CsrfToken = answers[^1]["csrfToken"];
        answers.Add(await browser.PostAsync("/auth/refresh", new { }));
        answers.Add(await browser.PostAsync("/auth/step-up", new { method = "password", password = ApiClient.Password }));
        browser.CsrfToken = answers[^1]["csrfToken"];
        answers.Add(await browser.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = "Another horse 8 battery!" }));
        browser.ForgetSession();
        answers.Add(await browser.LoginAsync("new@example.org", "Another horse 8 battery!"));
        browser.CsrfToken = answers[^1]["csrfToken"];
        answers.Add(await browser.GetAsync("/account/sessions"));
        answers.Add(await browser.PostAsync("/auth/logout", new { }));

        Assert.Equal(["/auth/login", "/auth/logout", "/auth/password/change", "/auth/refresh", "/auth/step-up"], acme.Cookies.Select(set => set.Path).Distinct().Order());
        foreach (var (path, text) in acme.Cookies)
        {
            var cookie = SetCookieHeaderValue.Parse(text);
            Assert.StartsWith("__Host-", cookie.Name.ToString(), StringComparison.Ordinal);
            Assert.True(cookie is { Secure: true, HttpOnly: true, Path.Value: "/", SameSite: Microsoft.Net.Http.Headers.SameSiteMode.Strict } && !cookie.Domain.HasValue, $"{path}: {text}");
            Assert.InRange(cookie.Name.Length + cookie.Value.Length, 1, 4096);
            Assert.DoesNotContain(answers, answer => cookie.Value.Length > 0 && (answer.Text + answer.Headers.Where(header => header.Key != "Set-Cookie").SelectMany(header => header.Value)
                .Aggregate("", (all, value) => all + value)).Contains(cookie.Value.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    [Asvs("V7.2.1", "V9.2.3", "V10.3.1")]
    public async Task No_route_takes_a_session_value_we_have_not_made_or_a_token_for_another_audience()
    {
        using var browser = await BrowserAsync();
        var handle = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "__Host-session").Value;
        var access = (await browser.PostAsync("/auth/refresh", new { }))["accessToken"];
        var payload = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(access.Split('.')[1]));
        var signer = acme.Crm.Services.GetRequiredService<TokenKeys>().Signer;
        string Signed(string text) => CompactJws.Sign(signer, AccessTokenClaims.Typ, Encoding.UTF8.GetBytes(text));
        var right = ("Cookie", $"__Host-session={handle}");
        (string, string)[][] proofs =
        [
            [("Cookie", $"__Host-session={handle[..^1]}")], [("Cookie", $"__Host-session={(handle[0] == 'A' ? 'B' : 'A')}{handle[1..]}")],
            [("Cookie", $"__Host-session={handle}A")], [("Cookie", $"__Host-session={new string('A', 43)}")],
            [("Authorization", $"Bearer {Signed(payload.Replace("palisade-client", "another-client", StringComparison.Ordinal))}"), right],
            [("Authorization", $"Bearer {access[..^1]}{(access[^1] == 'A' ? 'B' : 'A')}"), right],
        ];
        using var bare = acme.Crm.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await bare.SendAsync(HttpMethod.Get, "/account", null, ("Authorization", $"Bearer {Signed(payload)}"), right)).Status);
        var faults = new List<string>();
        foreach (var route in MappedRoute.AllOf(acme.Crm).Where(route => route is { IsOpen: false, IsPage: false }))
        {
            foreach (var proof in proofs)
            {
                var body = route.Body is null ? null : new StringContent("{}", Encoding.UTF8, "application/json");
                var answer = await bare.SendAsync(new HttpMethod(route.Method), route.PathToNothing, body, proof);
                if (answer.Status != HttpStatusCode.Unauthorized)
                {
                    faults.Add($"{route} with {proof[0]}: {(int)answer.Status}");
                }
            }
        }

        Problems.None(faults);
    }

    private async Task<ApiClient> BrowserAsync()
    {
        var browser = await acme.Ada.InviteAsync($"{Guid.CreateVersion7():N}@example.com", "agent");
        browser.AccessToken = null;
        return browser;
    }

    private static StringContent Text(string text, string? type)
    {
        var content = new StringContent(text);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }

    private static bool IsScript(Answer answer) => answer.ContentHeaders.ContentType?.MediaType?.Contains("javascript", StringComparison.Ordinal) == true;

    private static string WithoutId(Answer answer) => answer.Text.Replace(answer.Headers.GetValues("X-Request-ID").Single(), "", StringComparison.Ordinal);
}
