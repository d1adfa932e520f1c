using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>An answer, read whole.</summary>
public sealed record Answer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The problem's code, or null when it is no problem.</summary>
    public string? Code => ContentHeaders.ContentType?.MediaType == "application/problem+json" ? Json.GetProperty("code").GetString() : null;

    /// <summary>A member of the body as a string.</summary>
    public string this[string member] => Json.GetProperty(member).GetString()!;
}

/// <summary>Somebody who uses the API: a person with an authenticator app, or a program.</summary>
public sealed class ApiClient : IDisposable
{
    /// <summary>Passes the password rules.</summary>
    public const string Password = "Correct horse 7 battery!";

    private readonly Uri address;
    private readonly TestClock clock;
    private readonly string setupToken;
    private readonly HttpClient http;

    internal ApiClient(Uri address, TestClock clock, string setupToken)
    {
        this.address = address;
        this.clock = clock;
        this.setupToken = setupToken;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = Cookies,
            MaxConnectionsPerServer = 1000,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Issuer == "CN=Palisade development CA" },
        })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>What the instance made this client's browser remember.</summary>
    public CookieContainer Cookies { get; } = new();

    /// <summary>The same as one header, for a request that is sent by other means.</summary>
    public string CookieHeader => Cookies.GetCookieHeader(address);

    /// <summary>The access token, once signed in; clear it to use cookies.</summary>
    public string? AccessToken { get; set; }

    /// <summary>The session's CSRF token, once signed in.</summary>
    public string? CsrfToken { get; set; }

    /// <summary>The solved captcha that goes with every sign-in, if any.</summary>
    public string? Captcha { get; set; }

    /// <summary>The seed in the authenticator app, once enrolled.</summary>
    public TotpSeed? Seed { get; set; }

    /// <summary>Sends JSON (or nothing) and reads the answer.</summary>
    public Task<Answer> SendAsync(HttpMethod method, string path, object? body = null) =>
        SendAsync(method, path, body is null ? null : new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json"));

    /// <summary>Sends any content.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (AccessToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        }
        else if (CsrfToken is not null)
        {
            request.Headers.Add("X-CSRF-Token", CsrfToken);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>The first step of a sign-in.</summary>
    public Task<Answer> LoginAsync(string email, string password = Password, string? client = null) =>
        PostAsync("/auth/login", Captcha is null ? client is null ? new { email, password } : new { email, password, client } : new { email, password, client, captcha = Captcha });

    /// <summary>Creates the installation's first administrator and signs in as them, TOTP enrolled.</summary>
    public async Task<Answer> SetUpAsync(string email = "ada@example.com")
    {
        var challenge = await PostAsync("/setup", new { token = setupToken, email, password = Password, name = "Ada Admin", company = "Acme Estates" });
        return Keep(await EnrollAsync(challenge["challenge"]));
    }

    /// <summary>Invites somebody with this role, who accepts and signs in (enrolling where the role must).</summary>
    public async Task<ApiClient> InviteAsync(string email, string role)
    {
        var invited = await PostAsync("/api/admin/users", new { email, name = "Invited Person", role });
        var person = Beside();
        await person.PostAsync("/auth/accept-invitation", new { token = invited["invitation"], password = Password });
        var login = await person.LoginAsync(email);
        person.Keep(login["status"] == "mfa_enrollment_required" ? await person.EnrollAsync(login["challenge"]) : login);
        return person;
    }

    /// <summary>Signs in with password and, when asked, the authenticator's next code. Time moves so that each code is new.</summary>
    public async Task<Answer> SignInAsync(string email, string? client = null)
    {
        var login = await LoginAsync(email, client: client);
        return Keep(login["status"] == "mfa_required"
            ? await PostAsync("/auth/mfa/verify", new { challenge = login["challenge"], method = "totp", code = NextCode() })
            : login);
    }

    /// <summary>The browser forgets its session, and still knows its device.</summary>
    public void ForgetSession()
    {
        (AccessToken, CsrfToken) = (null, null);
        foreach (var cookie in Cookies.GetAllCookies().Where(cookie => cookie.Name != "__Host-device"))
        {
            cookie.Expired = true;
        }
    }

    /// <summary>Somebody else at the same address, on a connection of their own.</summary>
    public ApiClient Beside() => new(address, clock, setupToken);

    /// <summary>A code the authenticator has not shown before.</summary>
    public string NextCode()
    {
        clock.Advance(TimeSpan.FromSeconds(Totp.StepSeconds));
        return Totp.Code(Seed!, Totp.StepAt(clock.GetUtcNow()));
    }

    /// <summary>Enrols TOTP for a challenge; answers the confirmation.</summary>
    public async Task<Answer> EnrollAsync(string challenge)
    {
        var enrollment = await PostAsync("/auth/mfa/totp/enroll", new { challenge });
        Seed = TotpSeed.TryFromBase32(enrollment["secret"], out var seed) ? seed : throw new InvalidOperationException(enrollment.Text);
        return await PostAsync("/auth/mfa/totp/confirm", new { challenge, code = NextCode() });
    }

    public void Dispose() => http.Dispose();

    private Answer Keep(Answer signedIn)
    {
        if (signedIn.Status != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"Not signed in: {signedIn.Text}");
        }

        AccessToken = signedIn["accessToken"];
        CsrfToken = signedIn["csrfToken"];
        return signedIn;
    }
}
