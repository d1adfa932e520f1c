using Palisade.Crypto.Jose;
using Palisade.Tokens.Internal;

namespace Palisade.Tokens;

/// <summary>Issues and reads the 15-minute access tokens: signed, no personal data, no permissions inside (R044-R046).</summary>
public sealed class AccessTokens(TokenKeys keys, TokenOptions options, TimeProvider clock)
{
    // Far below the 30 s that may be allowed: issuer and reader are the same installation.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private readonly AccessTokenReader reader = new(options.Issuer, options.Audience, Skew);

    /// <summary>Life of a token, in whole seconds, as answers tell it.</summary>
    public int LifetimeSeconds => (int)options.AccessLifetime.TotalSeconds;

    /// <summary>A token for this session, good for whoever comes by it.</summary>
    public string Issue(Guid user, Guid session, int version) => Issue(user, session, version, Binding.None);

    /// <summary>A token for this session, good for who proves to hold what it is bound to.</summary>
    internal string Issue(Guid user, Guid session, int version, Binding binding)
    {
        var now = clock.GetUtcNow();
        var claims = new AccessTokenClaims(
            options.Issuer, options.Audience, user.ToString("D"), session.ToString("D"), Guid.CreateVersion7(now).ToString("N"), version, now, now + options.AccessLifetime)
        {
            KeyThumbprint = binding.Key,
            CertificateThumbprint = binding.Certificate,
        };
        var signed = CompactJws.Sign(keys.Signer, AccessTokenClaims.Typ, claims.ToPayload());
        return options.Encrypts ? CompactJwe.Encrypt(keys.Encrypter, signed) : signed;
    }

    /// <summary>What a token says, once its signature, names and times were found right.</summary>
    public async ValueTask<AccessTokenResult> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (Read(token) is { Signature: not JoseOutcome.UnknownKey } read)
        {
            return read;
        }

        await keys.CatchUpAsync(cancellationToken);
        return Read(token);
    }

    /// <summary>The same from what this node knows already; a key it has not heard of is an unknown one.</summary>
    public AccessTokenResult Read(string token) => reader.Read(token, keys.Find, keys.FindEncryption, clock.GetUtcNow());
}
