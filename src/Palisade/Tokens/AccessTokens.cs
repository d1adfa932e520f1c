using System.Collections.Concurrent;
using Palisade.Crypto.Jose;
using Palisade.Encryption;

namespace Palisade.Tokens;

/// <summary>Issues and reads the 15-minute access tokens: ES256, no personal data, no permissions inside (R044-R046).</summary>
public sealed class AccessTokens(KeyRing ring, TokenOptions options, TimeProvider clock)
{
    // Far below the 30 s that may be allowed: issuer and reader are the same installation.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, Es256SigningKey> keys = new();
    private readonly AccessTokenReader reader = new(options.Issuer, options.Audience, Skew);

    /// <summary>Life of a token, in whole seconds, as answers tell it.</summary>
    public int LifetimeSeconds => (int)options.AccessLifetime.TotalSeconds;

    /// <summary>A token for this session.</summary>
    public string Issue(Guid user, Guid session, int version)
    {
        var now = clock.GetUtcNow();
        var claims = new AccessTokenClaims(
            options.Issuer, options.Audience, user.ToString("D"), session.ToString("D"), Guid.CreateVersion7(now).ToString("N"), version, now, now + options.AccessLifetime);
        return CompactJws.Sign(KeyOf(ring.Active(KeyPurpose.AccessTokens)), AccessTokenClaims.Typ, claims.ToPayload());
    }

    /// <summary>What a token says, once its signature, names and times were found right.</summary>
    public AccessTokenResult Read(string token) =>
        reader.Read(token, kid => Keys().FirstOrDefault(key => key.Kid == kid)?.Public, clock.GetUtcNow());

    /// <summary>The public keys tokens are verified with, for <c>/.well-known/jwks.json</c>.</summary>
    public IEnumerable<Es256VerificationKey> VerificationKeys() => Keys().Select(key => key.Public);

    private IEnumerable<Es256SigningKey> Keys() => ring.All(KeyPurpose.AccessTokens).Select(KeyOf);

    private Es256SigningKey KeyOf(RingKey key) => keys.GetOrAdd(key.Id, static (_, ringKey) => Es256SigningKey.Import(ringKey.Bytes), key);
}
