using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Palisade.Crypto.Secrets;

namespace Palisade.Sessions.Internal;

/// <summary>What a browser and we say to each other to bind a session to the browser's key (W3C Device Bound Session Credentials).</summary>
/// <remarks>
/// Challenges and the short-lived cookie are seals: they say "this session, this use, until then" in a form only we can write, so
/// that no server keeps any and none is looked up.
/// <code>
///     0         8         24      56
///     +---------+---------+-------+
///     | expires | random  |  tag  |   base64url: 75 characters
///     +---------+---------+-------+
/// </code>
/// The tag (HMAC) is over session, expiry and random, under the use's own name.
/// </remarks>
internal sealed class SessionBinding(SessionOptions options, TimeProvider clock)
{
    public const string RegistrationPath = "/auth/bound/registration";
    public const string RenewalPath = "/auth/bound/refresh";

    /// <summary>How long a challenge may be answered.</summary>
    public static readonly TimeSpan ChallengeLife = TimeSpan.FromMinutes(2);

    // The browser drops its cookie a little before we stop taking it: a request that was sent with it in time arrives in time.
    private static readonly TimeSpan CookieLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(30);

    private const int ExpirySize = sizeof(long);
    private const int BodySize = ExpirySize + 16;
    private const int SealSize = BodySize + KeyedHash.Size;
    private const int IdSize = 16;

    /// <summary>Adds the offer to the answer that begins this session. A browser that knows nothing of it passes over it.</summary>
    public void Offer(HttpContext context, Guid session)
    {
        if (options.OffersBinding)
        {
            context.Response.Headers["Secure-Session-Registration"] = $"(ES256);path=\"{RegistrationPath}\";challenge=\"{Seal(Use.Registration, session, ChallengeLife)}\"";
        }
    }

    /// <summary>Adds a challenge to an answer with status 403: the browser signs it and asks again.</summary>
    public void Ask(HttpContext context, Guid session) =>
        context.Response.Headers["Secure-Session-Challenge"] = $"\"{Seal(Use.Renewal, session, ChallengeLife)}\";id=\"{session:D}\"";

    /// <summary>The proof in the request, or <see langword="null"/>. The draft has it as a string in quotes; browsers have sent it bare.</summary>
    public static string? ProofIn(HttpContext context) =>
        context.Request.Headers["Secure-Session-Response"] is [{ Length: > 0 } text] ? text.Trim('"') : null;

    /// <summary>The session the browser wants to prove its key for.</summary>
    public static Guid? SessionNamedIn(HttpContext context) =>
        context.Request.Headers["Sec-Secure-Session-Id"] is [{ } text] && Guid.TryParseExact(text.Trim('"'), "D", out var session) ? session : null;

    public bool IsRegistrationChallenge(Guid session, string challenge) => IsSealed(Use.Registration, session, challenge);

    public bool IsRenewalChallenge(Guid session, string challenge) => IsSealed(Use.Renewal, session, challenge);

    /// <summary>Whether the request's short-lived cookie says that the session's key was proved a moment ago.</summary>
    public bool IsProvedIn(HttpContext context, Guid session) => IsSealed(Use.Cookie, session, context.Request.Cookies[SessionCookies.Bound]);

    /// <summary>Gives the browser that has just proved its key the short-lived cookie.</summary>
    public void Renew(HttpContext context, Guid session) =>
        SessionCookies.SetBound(context, Seal(Use.Cookie, session, CookieLife), CookieLife - OnTheWay);

    /// <summary>The session as the browser is to keep it: which cookie must be there, and where to get it anew.</summary>
    public static object Instructions(Guid session) => new
    {
        session_identifier = session,
        refresh_url = RenewalPath,
        scope = new { include_site = false },
        credentials = new[] { new { type = "cookie", name = SessionCookies.Bound, attributes = "Path=/; Secure; HttpOnly; SameSite=Strict" } },
    };

    /// <summary>That the session is over: the browser throws its key away.</summary>
    public static object Over(Guid? session) => new { session_identifier = session ?? Guid.Empty, @continue = false };

    private string Seal(string use, Guid session, TimeSpan life)
    {
        Span<byte> seal = stackalloc byte[SealSize];
        BinaryPrimitives.WriteInt64BigEndian(seal, (clock.GetUtcNow() + life).UtcTicks);
        RandomNumberGenerator.Fill(seal[ExpirySize..BodySize]);
        Tag(use, session, seal[..BodySize]).CopyTo(seal[BodySize..]);
        return Base64Url.EncodeToString(seal);
    }

    private bool IsSealed(string use, Guid session, string? text)
    {
        Span<byte> seal = stackalloc byte[SealSize];
        return text is { Length: 75 }
            && Base64Url.TryDecodeFromChars(text, seal, out var length) && length == SealSize
            && CryptographicOperations.FixedTimeEquals(Tag(use, session, seal[..BodySize]), seal[BodySize..])
            && BinaryPrimitives.ReadInt64BigEndian(seal) > clock.GetUtcNow().UtcTicks;
    }

    private byte[] Tag(string use, Guid session, ReadOnlySpan<byte> body)
    {
        Span<byte> whole = stackalloc byte[IdSize + BodySize];
        session.TryWriteBytes(whole, bigEndian: true, out _);
        body.CopyTo(whole[IdSize..]);
        return KeyedHash.Compute(options.CsrfKey.Span, use, whole);
    }

    private static class Use
    {
        public const string Registration = "session-binding/registration";
        public const string Renewal = "session-binding/renewal";
        public const string Cookie = "session-binding/cookie";
    }
}

/// <summary>On an endpoint that a browser calls by itself, with a signed proof: no page's token comes along, and not yet the short-lived cookie.</summary>
internal sealed class BrowserProves;
