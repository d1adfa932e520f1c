using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Palisade.Crypto.Jose.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>What an access token says (RFC 7519 section 4.1): who, which session, until when.</summary>
/// <remarks>
/// No personal data and no permissions: those are looked up on the server, so that a change counts at once. Times are
/// whole seconds.
/// </remarks>
/// <param name="Issuer"><c>iss</c></param>
/// <param name="Audience"><c>aud</c>, always one string</param>
/// <param name="Subject"><c>sub</c>, an opaque id</param>
/// <param name="SessionId"><c>sid</c></param>
/// <param name="TokenId"><c>jti</c></param>
/// <param name="Version"><c>ver</c>, the session version; an older one is no longer valid</param>
/// <param name="IssuedAt"><c>iat</c></param>
/// <param name="ExpiresAt"><c>exp</c></param>
public sealed record AccessTokenClaims(
    string Issuer,
    string Audience,
    string Subject,
    string SessionId,
    string TokenId,
    int Version,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt)
{
    /// <summary>The token's <c>typ</c> (RFC 8725 section 3.11): no other token of ours is an access token.</summary>
    public const string Typ = "at+jwt";

    // SHA-256 in base64url.
    private const int ThumbprintLength = 43;

    private const string Key = "jkt", Certificate = "x5t#S256";

    private static readonly string[] Required = ["iss", "aud", "sub", "sid", "jti", "ver", "iat", "exp"];
    private static readonly string[] Optional = ["nbf", "cnf"];
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary><c>nbf</c>, when the token says so.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary><c>cnf.jkt</c> (RFC 9449 section 6.1): only a caller that proves to hold this key may use the token.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary><c>cnf.x5t#S256</c> (RFC 8705 section 3.1): only a caller with this client certificate may use the token.</summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>The claims as a JWT's payload, in UTF-8.</summary>
    public byte[] ToPayload()
    {
        var buffer = new ArrayBufferWriter<byte>(384);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("iss", Issuer);
            writer.WriteString("aud", Audience);
            writer.WriteString("sub", Subject);
            writer.WriteString("sid", SessionId);
            writer.WriteString("jti", TokenId);
            writer.WriteNumber("ver", Version);
            writer.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
            writer.WriteNumber("exp", ExpiresAt.ToUnixTimeSeconds());
            if (NotBefore is { } notBefore)
            {
                writer.WriteNumber("nbf", notBefore.ToUnixTimeSeconds());
            }

            if (KeyThumbprint is not null || CertificateThumbprint is not null)
            {
                writer.WriteStartObject("cnf");
                WriteText(writer, Key, KeyThumbprint);
                WriteText(writer, Certificate, CertificateThumbprint);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload; false unless it holds every claim once, in its type, and no other.</summary>
    /// <remarks>
    /// A claim that is not known is refused, although RFC 7519 section 4 lets it pass: all tokens are our own, and a
    /// newer node's restriction must not be dropped by an older one.
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out AccessTokenClaims? claims)
    {
        claims = null;
        if (!FlatJson.TryRead(payload, out var json, nested: "cnf")
            || json.Names.Any(name => !Optional.Contains(name) && !Required.Contains(name))
            || (json.Names.Contains("cnf") && !IsConfirmation(json.Object("cnf"))))
        {
            return false;
        }

        if (json.Text("iss") is { Length: > 0 } issuer
            && json.Text("aud") is { Length: > 0 } audience
            && json.Text("sub") is { Length: > 0 } subject
            && json.Text("sid") is { Length: > 0 } sessionId
            && json.Text("jti") is { Length: > 0 } tokenId
            && json.Number("ver") is >= 0 and <= int.MaxValue and var version
            && Time(json, "iat") is { } issuedAt
            && Time(json, "exp") is { } expiresAt
            && expiresAt > issuedAt
            && (!json.Names.Contains("nbf") || Time(json, "nbf") is not null))
        {
            claims = new AccessTokenClaims(issuer, audience, subject, sessionId, tokenId, (int)version, issuedAt, expiresAt)
            {
                NotBefore = Time(json, "nbf"),
                KeyThumbprint = json.Object("cnf")?.Text(Key),
                CertificateThumbprint = json.Object("cnf")?.Text(Certificate),
            };
        }

        return claims is not null;
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    // A confirmation that is not understood in full would be one that nobody checks.
    private static bool IsConfirmation(FlatJson? cnf) =>
        cnf is { Names.Count: > 0 } && cnf.Names.All(name => name is Key or Certificate && cnf.Text(name) is { Length: ThumbprintLength } text && StrictBase64Url.IsAlphabet(text));

    private static DateTimeOffset? Time(FlatJson json, string name) =>
        json.Number(name) is { } seconds && seconds >= 0 && seconds <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
