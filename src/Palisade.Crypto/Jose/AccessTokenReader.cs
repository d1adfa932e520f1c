using System.Text;

namespace Palisade.Crypto.Jose;

/// <summary>Reads access tokens of one issuer, for one audience (RFC 7519 section 7.2, RFC 8725 sections 3.8 and 3.9).</summary>
/// <remarks>It has no clock and no keys of its own. Whether the session still lives is the caller's question.</remarks>
public sealed class AccessTokenReader
{
    /// <summary>The most that two clocks may differ: a token lives at most this much longer than it says.</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(30);

    private readonly string issuer;
    private readonly string audience;
    private readonly TimeSpan skew;

    /// <summary>A reader for tokens with exactly this <c>iss</c> and this <c>aud</c>.</summary>
    /// <param name="issuer">Compared character by character.</param>
    /// <param name="audience">Likewise.</param>
    /// <param name="skew">Zero to <see cref="MaxSkew"/>.</param>
    public AccessTokenReader(string issuer, string audience, TimeSpan skew)
    {
        ArgumentException.ThrowIfNullOrEmpty(issuer);
        ArgumentException.ThrowIfNullOrEmpty(audience);
        ArgumentOutOfRangeException.ThrowIfLessThan(skew, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skew, MaxSkew);
        this.issuer = issuer;
        this.audience = audience;
        this.skew = skew;
    }

    /// <summary>Reads a token, encrypted or not. Expired is only said of a token that was right in everything else.</summary>
    /// <remarks>
    /// Never throws, whatever the token; what the look-ups throw comes through. Encryption never stands for a signature: what
    /// was inside is read as every other token.
    /// </remarks>
    public AccessTokenResult Read(
        string? token, Func<string, JwsVerificationKey?> keyByKid, Func<string, JweKey?> encryptionKeyByKid, DateTimeOffset now)
    {
        if (token is not { Length: <= CompactJwe.DefaultMaxLength } || token.AsSpan().Count('.') != 4)
        {
            return Read(token, keyByKid, now);
        }

        var opened = CompactJwe.Decrypt(token, encryptionKeyByKid);
        return opened.IsValid
            ? Read(Encoding.ASCII.GetString(opened.Payload.Span), keyByKid, now)
            : new AccessTokenResult(AccessTokenVerdict.Invalid, Claims: null, opened.Outcome);
    }

    /// <summary>Reads a token that was not encrypted.</summary>
    /// <remarks>Never throws, whatever the token; what <paramref name="keyByKid"/> throws comes through.</remarks>
    public AccessTokenResult Read(string? token, Func<string, JwsVerificationKey?> keyByKid, DateTimeOffset now)
    {
        var jws = CompactJws.Read(token, AccessTokenClaims.Typ, keyByKid);
        if (!jws.IsValid
            || !AccessTokenClaims.TryParse(jws.Payload.Span, out var claims)
            || claims.Issuer != issuer
            || claims.Audience != audience
            // Subtractions only: a claim near the end of time must not overflow.
            || claims.IssuedAt - now > skew
            || claims.NotBefore - now > skew)
        {
            return new AccessTokenResult(AccessTokenVerdict.Invalid, Claims: null, jws.Outcome);
        }

        // RFC 7519 section 4.1.4: on or after exp is too late.
        return now - claims.ExpiresAt >= skew
            ? new AccessTokenResult(AccessTokenVerdict.Expired, Claims: null, jws.Outcome)
            : new AccessTokenResult(AccessTokenVerdict.Valid, claims, jws.Outcome);
    }
}
