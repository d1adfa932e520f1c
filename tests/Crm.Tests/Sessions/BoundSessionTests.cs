using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Tokens;

namespace Palisade.Crm.Tests.Sessions;

public sealed class BoundSessionTests(BoundSessionTrio trio) : IClassFixture<BoundSessionTrio>
{
    private static readonly TimeSpan PastTheCookie = TimeSpan.FromMinutes(11);
    private static readonly TimeSpan PastTheChallenge = TimeSpan.FromMinutes(2.5);

    private CrmInstance Crm => trio.First;

    [Fact]
    public async Task A_session_that_was_bound_goes_on_by_proving_its_key()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var browser = await BoundBrowser.SignInAsync(Crm, person);

        var registered = await browser.RegisterAsync($"\"{BoundBrowser.Proof(browser.Key, browser.OfferedChallenge, withKey: true)}\"");
        Assert.Equal((HttpStatusCode.OK, BoundBrowser.Renewal), (registered.Status, registered["refresh_url"]));
        Assert.False(registered.Json.GetProperty("scope").GetProperty("include_site").GetBoolean());
        var credential = Assert.Single(registered.Json.GetProperty("credentials").EnumerateArray());
        Assert.Equal(
            ("cookie", "__Host-bound", "Path=/; Secure; HttpOnly; SameSite=Strict"),
            (credential.GetProperty("type").GetString(), credential.GetProperty("name").GetString(), credential.GetProperty("attributes").GetString()));
        // Nothing is demanded before the browser has shown that it kept the key: an answer that is lost here locks nobody out.
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync("/account")).Status);

        var asked = await browser.RenewAsync(proof: null);
        Assert.Equal((HttpStatusCode.Forbidden, "invalid_session_proof"), (asked.Status, asked.Code));
        Assert.EndsWith($";id=\"{browser.Session}\"", asked.Headers.GetValues("Secure-Session-Challenge").Single(), StringComparison.Ordinal);
        var proved = await browser.RenewAsync(BoundBrowser.Proof(browser.Key, BoundBrowser.ChallengeIn(asked)));
        Assert.Equal((HttpStatusCode.OK, browser.Session), (proved.Status, proved["session_identifier"]));
        Assert.EndsWith("; max-age=570; path=/; secure; samesite=strict; httponly", proved.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);

        await AssertGoesOnAsync(browser);
        Crm.Clock.Advance(PastTheCookie);
        Assert.Equal("session_proof_required", (await browser.Http.GetAsync("/account")).Code);
        Assert.Equal("session_proof_required", (await RefreshAsync(browser.Http)).Code);
        Assert.Equal(HttpStatusCode.OK, (await browser.RenewAsync()).Status);
        await AssertGoesOnAsync(browser);

        Assert.Equal(1, await Crm.Behind.EventsAsync("SESSION_KEY_REGISTERED", person.Id));
        Assert.Equal(1, await Crm.Behind.EventsAsync("SESSION_BOUND", person.Id));
    }

    [Fact]
    public async Task Copied_cookies_are_dead_with_the_short_one_and_renew_nothing()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var browser = await BoundBrowser.SignInAsync(Crm, person);
        using var early = trio.Instances[1].NewClient();
        browser.CopyTo(early);
        Assert.Equal(HttpStatusCode.OK, (await early.GetAsync("/account")).Status); // and this server now knows the session, unbound
        await browser.RegisterAsync(BoundBrowser.Proof(browser.Key, browser.OfferedChallenge, withKey: true));
        Assert.Equal(HttpStatusCode.OK, (await browser.RenewAsync()).Status);
        await trio.Instances[1].FollowAsync();

        Assert.Equal("session_proof_required", (await early.GetAsync("/account")).Code);
        using var late = trio.Instances[2].NewClient();
        browser.CopyTo(late);
        Assert.Equal(HttpStatusCode.OK, (await late.GetAsync("/account")).Status); // until the short cookie is over
        Crm.Clock.Advance(PastTheCookie);
        Assert.Equal("session_proof_required", (await late.GetAsync("/account")).Code);
        var withToken = await late.SendAsync(HttpMethod.Get, "/account", null, ("Authorization", $"Bearer {browser.AccessToken}"));
        Assert.Equal("session_proof_required", withToken.Code); // which is good for four more minutes

        using var own = new DpopKey();
        foreach (var thief in (ApiClient[])[early, late])
        {
            Assert.Equal("session_proof_required", (await RefreshAsync(thief)).Code);
            Assert.Equal("invalid_session_proof", (await browser.RenewAsync(BoundBrowser.Proof(own, await browser.ChallengeAsync(thief)), by: thief)).Code);
            Assert.Equal("invalid_session_proof", (await browser.RegisterAsync(BoundBrowser.Proof(own, browser.OfferedChallenge, withKey: true), by: thief)).Code);
        }

        Assert.Equal(2, await Crm.Behind.EventsAsync("SESSION_BINDING_FAILED", person.Id, "refresh_token"));
        Assert.Equal(2, await Crm.Behind.EventsAsync("SESSION_BINDING_FAILED", person.Id, "proof"));
        Assert.Equal(2, await Crm.Behind.EventsAsync("SESSION_BINDING_FAILED", person.Id, "challenge"));
        // Nothing was spent or ended by trying.
        Assert.Equal(HttpStatusCode.OK, (await browser.RenewAsync()).Status);
        await AssertGoesOnAsync(browser);
        Assert.Equal("session_proof_required", (await RefreshAsync(late)).Code); // the copy is a spent token by now
        await AssertGoesOnAsync(browser);
    }

    [Fact]
    public async Task No_other_proof_registers_a_key()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var another = await BoundBrowser.SignInAsync(Crm, person);
        using var bound = await BoundBrowser.BindAsync(Crm, person);
        using var browser = await BoundBrowser.SignInAsync(Crm, person);
        var (key, challenge) = (browser.Key, browser.OfferedChallenge);

        string Proof(string answered, Action<Dictionary<string, object>>? header = null, Action<Dictionary<string, object>>? claims = null) =>
            BoundBrowser.Proof(key, answered, withKey: true, header, claims);
        (string Name, string? Proof)[] attempts =
        [
            ("none", null),
            ("no JWT", "nonsense"),
            ("without a key", BoundBrowser.Proof(key, challenge)),
            ("another's key", Proof(challenge, head => head["jwk"] = another.Key.Jwk)),
            ("the private key inside", Proof(challenge, head => ((Dictionary<string, object>)head["jwk"])["d"] = key.PrivateMember)),
            ("typ other", Proof(challenge, head => head["typ"] = "dpop+jwt")),
            ("alg none", Proof(challenge, head => head["alg"] = "none")),
            ("alg HS256", Proof(challenge, head => head["alg"] = "HS256")),
            ("alg RS256", Proof(challenge, head => head["alg"] = "RS256")),
            ("a kid beside the key", Proof(challenge, head => head["kid"] = "x")),
            ("no jti", Proof(challenge, claims: body => body.Remove("jti"))),
            ("a challenge of its own", Proof(new string('A', 75))),
            ("another session's challenge", Proof(another.OfferedChallenge)),
            ("a challenge for renewal", Proof(await bound.ChallengeAsync())),
        ];
        foreach (var (name, proof) in attempts)
        {
            var refused = await browser.RegisterAsync(proof);
            Assert.True(refused is { Status: HttpStatusCode.Forbidden, Code: "invalid_session_proof" }, $"{name}: {refused.Text}");
        }

        Assert.Equal(attempts.Length, await Crm.Behind.EventsAsync("SESSION_BINDING_FAILED", person.Id));
        var foreign = await browser.Http.SendAsync(HttpMethod.Post, BoundBrowser.Registration, null, ("Sec-Fetch-Site", "cross-site"), ("Secure-Session-Response", Proof(challenge)));
        Assert.Equal("invalid_csrf_token", foreign.Code);
        Assert.Equal(HttpStatusCode.OK, (await browser.RegisterAsync(Proof(challenge))).Status);
        Assert.Equal("invalid_session_proof", (await browser.RegisterAsync(Proof(challenge))).Code); // one key, once

        Crm.Clock.Advance(PastTheChallenge);
        Assert.Equal("invalid_session_proof", (await another.RegisterAsync(BoundBrowser.Proof(another.Key, another.OfferedChallenge, withKey: true))).Code);
        await AssertGoesOnAsync(another);
    }

    [Fact]
    public async Task No_other_proof_renews()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var other = await BoundBrowser.BindAsync(Crm, person);
        using var browser = await BoundBrowser.BindAsync(Crm, person);
        var key = browser.Key;
        var late = await browser.ChallengeAsync();
        Crm.Clock.Advance(PastTheChallenge);
        var challenge = await browser.ChallengeAsync();
        var used = BoundBrowser.Proof(key, await browser.ChallengeAsync());
        Assert.Equal(HttpStatusCode.OK, (await browser.RenewAsync(used)).Status);

        (string Name, string Proof)[] attempts =
        [
            ("no JWT", "nonsense"),
            ("another session's key", BoundBrowser.Proof(other.Key, challenge)),
            ("a key that comes along", BoundBrowser.Proof(other.Key, challenge, withKey: true)),
            ("its own key, coming along", BoundBrowser.Proof(key, challenge, withKey: true)),
            ("typ other", BoundBrowser.Proof(key, challenge, header: head => head["typ"] = "JWT")),
            ("alg none", BoundBrowser.Proof(key, challenge, header: head => head["alg"] = "none")),
            ("alg HS256", BoundBrowser.Proof(key, challenge, header: head => head["alg"] = "HS256")),
            ("no jti", BoundBrowser.Proof(key, challenge, claims: body => body.Remove("jti"))),
            ("used before", used),
            ("too late", BoundBrowser.Proof(key, late)),
            ("another session's challenge", BoundBrowser.Proof(key, await other.ChallengeAsync())),
            ("the registration's challenge", BoundBrowser.Proof(key, browser.OfferedChallenge)),
        ];
        foreach (var (name, proof) in attempts)
        {
            var refused = await browser.RenewAsync(proof);
            Assert.True(refused is { Status: HttpStatusCode.Forbidden, Code: "invalid_session_proof" }, $"{name}: {refused.Text}");
            Assert.True(refused.Headers.Contains("Secure-Session-Challenge") && !refused.Headers.Contains("Set-Cookie"), name);
        }

        Assert.Equal(attempts.Length, await Crm.Behind.EventsAsync("SESSION_BINDING_FAILED", person.Id));
        Assert.Equal(HttpStatusCode.OK, (await browser.RenewAsync(BoundBrowser.Proof(key, challenge))).Status);

        // Nor does another session's short cookie do in the place of one's own.
        using var mixed = Crm.NewClient();
        browser.CopyTo(mixed, "__Host-session");
        other.CopyTo(mixed, "__Host-bound");
        Assert.Equal("session_proof_required", (await mixed.GetAsync("/account")).Code);
    }

    [Fact]
    public async Task Of_a_hundred_answers_to_one_challenge_at_three_servers_one_is_taken()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var volley = await Volley.OpenAsync(100, trio.Instances);
        using var browser = await BoundBrowser.SignInAsync(Crm, person);
        var keys = Enumerable.Range(0, 100).Select(_ => new DpopKey()).ToArray();
        var taken = -1;

        var registered = await volley.FireAsync(async (caller, index) =>
        {
            browser.CopyTo(caller);
            var answer = await browser.RegisterAsync(BoundBrowser.Proof(keys[index], browser.OfferedChallenge, withKey: true), by: caller);
            taken = answer.Status == HttpStatusCode.OK ? index : taken;
            return answer;
        });
        Assert.Single(registered, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(99, registered.Count(answer => answer.Code == "invalid_session_proof"));

        for (var round = 0; round < 3; round++)
        {
            var proof = BoundBrowser.Proof(keys[taken], await browser.ChallengeAsync());
            var renewed = await volley.FireAsync((caller, _) => browser.RenewAsync(proof, by: caller));
            Assert.Single(renewed, answer => answer.Status == HttpStatusCode.OK);
            Assert.Equal(99, renewed.Count(answer => answer.Code == "invalid_session_proof"));
        }

        Assert.Equal(1, await Crm.Behind.EventsAsync("SESSION_BOUND", person.Id));
        Array.ForEach(keys, key => key.Dispose());
    }

    [Fact]
    public async Task A_browser_that_takes_no_notice_of_the_offer_has_its_session_as_ever()
    {
        using var browser = await BoundBrowser.SignInAsync(Crm, await trio.Office.HireAsync("viewer"));
        Assert.NotNull(browser.Offer);

        Crm.Clock.Advance(PastTheCookie);

        await AssertGoesOnAsync(browser);
        Assert.DoesNotContain(browser.Http.Cookies.GetAllCookies(), cookie => cookie.Name == "__Host-bound");
        // A native client is not offered what its tokens have otherwise.
        using var native = Crm.NewClient();
        Assert.False((await native.LoginAsync((await trio.Office.HireAsync("viewer")).Email, client: "native")).Headers.Contains("Secure-Session-Registration"));
    }

    [Fact]
    public async Task What_is_over_is_over_for_the_browser_too()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var browser = await BoundBrowser.BindAsync(Crm, person);
        using var copy = Crm.NewClient();
        browser.CopyTo(copy);

        var signedOut = await browser.Http.SendAsync(HttpMethod.Post, "/auth/logout");
        Assert.Equal(HttpStatusCode.NoContent, signedOut.Status);
        Assert.Equal(["__Host-bound", "__Host-refresh", "__Host-session"], signedOut.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split('=')[0]).Order());
        await AssertToldToStopAsync(browser.Http);
        await AssertToldToStopAsync(copy);

        // Signed in anew, it may keep one key for the new session, and none for the old one.
        await browser.Http.LoginAsync(person.Email, client: "browser");
        await AssertToldToStopAsync(browser.Http);

        async Task AssertToldToStopAsync(ApiClient by)
        {
            var answer = await browser.RenewAsync(null, by: by);
            Assert.Equal((HttpStatusCode.OK, browser.Session), (answer.Status, answer["session_identifier"]));
            Assert.False(answer.Json.GetProperty("continue").GetBoolean());
        }
    }

    private static async Task AssertGoesOnAsync(BoundBrowser browser)
    {
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(browser.Http)).Status);
    }

    private static Task<Answer> RefreshAsync(ApiClient client) => client.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("Sec-Fetch-Site", "same-origin"));
}
