using System.Net;
using System.Text.RegularExpressions;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Tokens;

namespace Palisade.Crm.Tests.Sessions;

/// <summary>A browser that speaks Device Bound Session Credentials, as the draft has it on the wire.</summary>
internal sealed partial class BoundBrowser : IDisposable
{
    internal const string Registration = "/auth/bound/registration";
    internal const string Renewal = "/auth/bound/refresh";

    private BoundBrowser(ApiClient http, Answer signedIn)
    {
        Http = http;
        http.CsrfToken = signedIn["csrfToken"];
        AccessToken = signedIn["accessToken"];
        Offer = signedIn.Headers.TryGetValues("Secure-Session-Registration", out var offers) ? offers.Single() : null;
    }

    /// <summary>Its cookies, and no token.</summary>
    internal ApiClient Http { get; }

    /// <summary>The token of its sign-in.</summary>
    internal string AccessToken { get; }

    /// <summary>What the device keeps.</summary>
    internal DpopKey Key { get; } = new();

    /// <summary>The header of the answer that signed it in.</summary>
    internal string? Offer { get; }

    /// <summary>What it was told at the registration.</summary>
    internal string Session { get; private set; } = "";

    internal string OfferedChallenge => Offered().Match(Offer!).Groups[1].Value;

    internal static async Task<BoundBrowser> SignInAsync(CrmInstance server, Person person)
    {
        var http = server.NewClient();
        return new BoundBrowser(http, await http.LoginAsync(person.Email, client: "browser"));
    }

    /// <summary>Signed in, registered, and proved for the first time.</summary>
    internal static async Task<BoundBrowser> BindAsync(CrmInstance server, Person person)
    {
        var browser = await SignInAsync(server, person);
        await browser.RegisterAsync(Proof(browser.Key, browser.OfferedChallenge, withKey: true));
        await browser.RenewAsync();
        return browser;
    }

    internal async Task<Answer> RegisterAsync(string? proof, ApiClient? by = null)
    {
        var answer = await SendAsync(by ?? Http, Registration, ("Secure-Session-Response", proof));
        if (answer.Status == HttpStatusCode.OK)
        {
            Session = answer["session_identifier"];
        }

        return answer;
    }

    /// <summary>Asks for the short-lived cookie, and answers the challenge.</summary>
    internal async Task<Answer> RenewAsync() => await RenewAsync(Proof(Key, await ChallengeAsync()));

    /// <summary>Asks for it with this proof, or none.</summary>
    internal Task<Answer> RenewAsync(string? proof, string? session = null, ApiClient? by = null) =>
        SendAsync(by ?? Http, Renewal, ("Sec-Secure-Session-Id", $"\"{session ?? Session}\""), ("Secure-Session-Response", proof));

    internal async Task<string> ChallengeAsync(ApiClient? by = null) => ChallengeIn(await RenewAsync(null, by: by));

    internal static string ChallengeIn(Answer asked) => Asked().Match(asked.Headers.GetValues("Secure-Session-Challenge").Single()).Groups[1].Value;

    /// <summary>A proof by a key; the changes are made before it is signed.</summary>
    internal static string Proof(
        DpopKey key, string challenge, bool withKey = false, Action<Dictionary<string, object>>? header = null, Action<Dictionary<string, object>>? claims = null) => key.Proof(
        "", "", default,
        header: head =>
        {
            head["typ"] = "dbsc+jwt";
            if (!withKey)
            {
                head.Remove("jwk");
            }

            header?.Invoke(head);
        },
        claims: body =>
        {
            body.Clear();
            body["jti"] = challenge;
            claims?.Invoke(body);
        });

    /// <summary>Somebody gets a copy of its cookies: all of them, or the ones named.</summary>
    internal void CopyTo(ApiClient other, params string[] names)
    {
        foreach (var cookie in Http.Cookies.GetAllCookies().Where(cookie => names.Length == 0 || names.Contains(cookie.Name)))
        {
            other.Cookies.Add(new Cookie(cookie.Name, cookie.Value, "/", cookie.Domain) { Secure = true });
        }
    }

    public void Dispose()
    {
        Http.Dispose();
        Key.Dispose();
    }

    private static async Task<Answer> SendAsync(ApiClient by, string path, params (string Name, string? Value)[] headers)
    {
        // The browser itself asks: no page's token, no Fetch Metadata.
        var token = by.CsrfToken;
        by.CsrfToken = null;
        try
        {
            return await by.SendAsync(HttpMethod.Post, path, null, [.. headers.Where(header => header.Value is not null).Select(header => (header.Name, header.Value!))]);
        }
        finally
        {
            by.CsrfToken = token;
        }
    }

    [GeneratedRegex("""^\(ES256\);path="/auth/bound/registration";challenge="([A-Za-z0-9_-]+)"$""", RegexOptions.None, 1000)]
    private static partial Regex Offered();

    [GeneratedRegex("""^"([A-Za-z0-9_-]+)";id="[0-9a-f-]{36}"$""", RegexOptions.None, 1000)]
    private static partial Regex Asked();
}
