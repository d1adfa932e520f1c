using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Tokens;

namespace Palisade.Crm.Tests.Attacks;

public sealed class BoundTokenTests(BoundTrio trio) : IClassFixture<BoundTrio>
{
    private const string Account = BoundTrio.Address + "/account";
    private const string Login = BoundTrio.Address + "/auth/login";
    private const string Refresh = BoundTrio.Address + "/auth/refresh";

    private DateTimeOffset Now => trio.First.Clock.GetUtcNow();

    [Fact]
    [Asvs("V10.3.5")]
    public async Task A_token_bound_to_a_key_is_refused_from_whoever_cannot_prove_to_hold_it_now_for_this_request()
    {
        using var key = new DpopKey();
        using var thief = new DpopKey();
        using var client = trio.First.NewClient();
        var person = await trio.Office.HireAsync("viewer");
        var (nonce, signedIn) = await SignInAsync(client, person, key);
        var token = signedIn["accessToken"];
        Assert.Equal("DPoP", signedIn["tokenType"]);
        Assert.Equal(key.Thumbprint, Claims(token).GetProperty("cnf").GetProperty("jkt").GetString());

        var good = key.Proof("GET", Account, Now, token, nonce);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, "DPoP", token, good)).Status);

        (string Name, string Scheme, string? Proof)[] attempts =
        [
            ("as a bearer token", "Bearer", null),
            ("as a bearer token, with a proof", "Bearer", key.Proof("GET", Account, Now, token, nonce)),
            ("without a proof", "DPoP", null),
            ("a proof used before", "DPoP", good),
            ("of another key", "DPoP", thief.Proof("GET", Account, Now, token, nonce)),
            ("for another method", "DPoP", key.Proof("POST", Account, Now, token, nonce)),
            ("for another path", "DPoP", key.Proof("GET", BoundTrio.Address + "/account/sessions", Now, token, nonce)),
            ("for another host", "DPoP", key.Proof("GET", "https://attacker.example/account", Now, token, nonce)),
            ("for plain HTTP", "DPoP", key.Proof("GET", "http://crm.example.com/account", Now, token, nonce)),
            ("for another token", "DPoP", key.Proof("GET", Account, Now, token + "x", nonce)),
            ("for no token", "DPoP", key.Proof("GET", Account, Now, null, nonce)),
            ("too old", "DPoP", key.Proof("GET", Account, Now.AddSeconds(-90), token, nonce)),
            ("of the future", "DPoP", key.Proof("GET", Account, Now.AddSeconds(90), token, nonce)),
            ("typ other", "DPoP", key.Proof("GET", Account, Now, token, nonce, header: head => head["typ"] = "JWT")),
            ("alg none", "DPoP", key.Proof("GET", Account, Now, token, nonce, header: head => head["alg"] = "none")),
            ("alg HS256", "DPoP", key.Proof("GET", Account, Now, token, nonce, header: head => head["alg"] = "HS256")),
            ("another key's JWK", "DPoP", thief.Proof("GET", Account, Now, token, nonce, header: head => head["jwk"] = key.Jwk)),
            ("the private key inside", "DPoP", key.Proof("GET", Account, Now, token, nonce, header: head => ((Dictionary<string, object>)head["jwk"])["d"] = key.PrivateMember)),
            ("a kid beside the key", "DPoP", key.Proof("GET", Account, Now, token, nonce, header: head => head["kid"] = "x")),
            ("a critical header", "DPoP", key.Proof("GET", Account, Now, token, nonce, header: head => head["crit"] = new[] { "x" })),
            ("no jti", "DPoP", key.Proof("GET", Account, Now, token, nonce, claims: body => body.Remove("jti"))),
            ("a long jti", "DPoP", key.Proof("GET", Account, Now, token, nonce, claims: body => body["jti"] = new string('x', 129))),
            ("a claim nobody knows", "DPoP", key.Proof("GET", Account, Now, token, nonce, claims: body => body["more"] = "x")),
            ("no JWT", "DPoP", "nonsense"),
        ];
        foreach (var (name, scheme, proof) in attempts)
        {
            var refused = await AskAsync(client, scheme, token, proof);
            Assert.True(refused is { Status: HttpStatusCode.Unauthorized, Code: "invalid_token" or "invalid_dpop_proof" }, $"{name}: {refused.Text}");
        }

        foreach (var (name, used) in ((string, string?)[])[("no nonce", null), ("a nonce of its own", "AAAAAAAAAAAAAAAAAAAAAA")])
        {
            var asked = await AskAsync(client, "DPoP", token, key.Proof("GET", Account, Now, token, used));
            Assert.True(asked.Code == "use_dpop_nonce" && asked.Headers.Contains("DPoP-Nonce"), name);
            Assert.Contains("DPoP error=\"use_dpop_nonce\"", asked.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        trio.First.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("use_dpop_nonce", (await AskAsync(client, "DPoP", token, key.Proof("GET", Account, Now, token, nonce))).Code);

        // What is not bound is a bearer token and nothing else.
        var bearer = (await person.LoginAsync(client))["accessToken"];
        Assert.Equal("invalid_token", (await AskAsync(client, "DPoP", bearer, key.Proof("GET", Account, Now, bearer, nonce))).Code);
    }

    [Fact]
    public async Task Of_thirty_parallel_uses_of_one_proof_at_three_servers_one_is_taken()
    {
        using var key = new DpopKey();
        using var client = trio.First.NewClient();
        var (nonce, signedIn) = await SignInAsync(client, await trio.Office.HireAsync("viewer"), key);
        var token = signedIn["accessToken"];
        using var volley = await Volley.OpenAsync(30, trio.Instances);
        for (var round = 0; round < 5; round++)
        {
            var proof = key.Proof("GET", Account, Now, token, nonce);
            var answers = await volley.FireAsync((caller, _) => AskAsync(caller, "DPoP", token, proof));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.Equal(29, answers.Count(answer => answer.Code == "invalid_dpop_proof"));
        }
    }

    [Fact]
    [Asvs("V10.4.5")]
    public async Task A_bound_refresh_token_is_of_no_use_to_a_thief_and_not_spent_by_trying()
    {
        using var key = new DpopKey();
        using var thief = new DpopKey();
        using var client = trio.First.NewClient();
        var person = await trio.Office.HireAsync("viewer");
        var (nonce, signedIn) = await SignInAsync(client, person, key);
        var stolen = signedIn["refreshToken"];

        foreach (var proof in (string?[])[null, thief.Proof("POST", Refresh, Now, null, nonce)])
        {
            var refused = await RefreshAsync(client, stolen, proof);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (refused.Status, refused.Code));
        }

        Assert.Equal(2, await trio.First.Behind.EventsAsync("TOKEN_BINDING_REFUSED", person.Id));
        var refreshed = await RefreshAsync(client, stolen, key.Proof("POST", Refresh, Now, null, nonce));
        Assert.Equal((HttpStatusCode.OK, "DPoP"), (refreshed.Status, refreshed["tokenType"]));
        Assert.Equal(key.Thumbprint, Claims(refreshed["accessToken"]).GetProperty("cnf").GetProperty("jkt").GetString());
        Assert.Equal(refreshed["refreshToken"], (await RefreshAsync(client, stolen, key.Proof("POST", Refresh, Now, null, nonce)))["refreshToken"]);

        // A spent token from somebody without the key is a copy, ten seconds or not.
        Assert.Equal("token_reused", (await RefreshAsync(client, stolen, null)).Code);
        Assert.Equal("session_expired", (await RefreshAsync(client, refreshed["refreshToken"], key.Proof("POST", Refresh, Now, null, nonce))).Code);
    }

    [Fact]
    public async Task A_fresh_proof_gives_tokens_bound_as_the_ones_before()
    {
        using var key = new DpopKey();
        using var client = trio.First.NewClient();
        var (nonce, signedIn) = await SignInAsync(client, await trio.Office.HireAsync("viewer"), key);
        var token = signedIn["accessToken"];

        var steppedUp = await Plain(
            client, HttpMethod.Post, "/auth/step-up", new { method = "password", password = ApiClient.Password }, ("Authorization", $"DPoP {token}"),
            ("DPoP", key.Proof("POST", BoundTrio.Address + "/auth/step-up", Now, token, nonce)));

        Assert.Equal((HttpStatusCode.OK, "DPoP"), (steppedUp.Status, steppedUp["tokenType"]));
        Assert.Equal("invalid_token", (await AskAsync(client, "Bearer", steppedUp["accessToken"], null)).Code);
        Assert.Equal("invalid_token", (await RefreshAsync(client, steppedUp["refreshToken"], null)).Code);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(client, steppedUp["refreshToken"], key.Proof("POST", Refresh, Now, null, nonce))).Status);
    }

    [Fact]
    public async Task A_sign_in_with_a_wrong_proof_spends_no_attempt_and_gives_no_token()
    {
        using var key = new DpopKey();
        using var client = trio.First.NewClient();
        var person = await trio.Office.HireAsync("viewer");
        for (var attempt = 0; attempt < 10; attempt++)
        {
            Assert.Equal("use_dpop_nonce", (await LogInAsync(client, person, key.Proof("POST", Login, Now))).Code);
            Assert.Equal("invalid_dpop_proof", (await LogInAsync(client, person, key.Proof("GET", Login, Now))).Code);
        }

        Assert.Equal(0, await trio.First.Behind.EventsAsync("LOGIN_FAILED", person.Id));
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(client, person, key)).SignedIn.Status);
    }

    [Fact]
    public async Task A_token_bound_to_a_certificate_needs_it_at_each_request()
    {
        using var client = trio.First.NewClient();
        var person = await trio.Office.HireAsync("viewer");
        using var certificate = Certificate("native client");
        using var other = Certificate("somebody else");
        var signedIn = await LogInAsync(client, person, null, Rfc9440(certificate));
        var token = signedIn["accessToken"];
        Assert.Equal(
            Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)), Claims(token).GetProperty("cnf").GetProperty("x5t#S256").GetString());

        Task<Answer> Ask(string? header) => Plain(client, HttpMethod.Get, "/account", null, ("Authorization", $"Bearer {token}"), ("Client-Cert", header));
        Assert.Equal(HttpStatusCode.OK, (await Ask(Rfc9440(certificate))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask(Uri.EscapeDataString(certificate.ExportCertificatePem()))).Status); // as nginx writes it
        foreach (var header in (string?[])[null, Rfc9440(other), "nonsense", ":!:", "::", Convert.ToBase64String(new byte[100])])
        {
            Assert.Equal("invalid_token", (await Ask(header)).Code);
        }

        Task<Answer> RefreshWith(string? header) =>
            Plain(client, HttpMethod.Post, "/auth/refresh", new { refreshToken = signedIn["refreshToken"] }, ("Client-Cert", header));
        Assert.Equal("invalid_token", (await RefreshWith(Rfc9440(other))).Code);
        Assert.Equal(HttpStatusCode.OK, (await RefreshWith(Rfc9440(certificate))).Status);
    }

    private async Task<(string Nonce, Answer SignedIn)> SignInAsync(ApiClient client, Person person, DpopKey key)
    {
        var asked = await LogInAsync(client, person, key.Proof("POST", Login, Now));
        var nonce = asked.Headers.GetValues("DPoP-Nonce").Single();
        return (nonce, await LogInAsync(client, person, key.Proof("POST", Login, Now, null, nonce)));
    }

    private static Task<Answer> LogInAsync(ApiClient client, Person person, string? proof, string? certificate = null) => Plain(
        client, HttpMethod.Post, "/auth/login", new { email = person.Email, password = ApiClient.Password, client = "native" }, ("DPoP", proof), ("Client-Cert", certificate));

    private static Task<Answer> AskAsync(ApiClient client, string scheme, string token, string? proof) =>
        Plain(client, HttpMethod.Get, "/account", null, ("Authorization", $"{scheme} {token}"), ("DPoP", proof));

    private static Task<Answer> RefreshAsync(ApiClient client, string token, string? proof) =>
        Plain(client, HttpMethod.Post, "/auth/refresh", new { refreshToken = token }, ("DPoP", proof));

    private static Task<Answer> Plain(ApiClient client, HttpMethod method, string path, object? body, params (string Name, string? Value)[] headers)
    {
        var content = body is null ? null : new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        return client.SendAsync(method, path, content, [.. headers.Where(header => header.Value is not null).Select(header => (header.Name, header.Value!))]);
    }

    private static string Rfc9440(X509Certificate2 certificate) => $":{Convert.ToBase64String(certificate.RawData)}:";

    private X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
    }

    private static JsonElement Claims(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;
}
