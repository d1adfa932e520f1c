namespace Palisade.Crypto.Jose;

/// <summary>A key that verifies tokens by one algorithm and no other, whatever a token says. Safe for parallel use.</summary>
public abstract class JwsVerificationKey
{
    private protected JwsVerificationKey(JwsAlgorithm algorithm, string kid)
    {
        Algorithm = algorithm;
        Kid = kid;
    }

    /// <summary>The one algorithm it verifies.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>The key's id: for public keys, the SHA-256 thumbprint in base64url (RFC 7638).</summary>
    public string Kid { get; }

    /// <summary>The members of the public JWK (RFC 7517), for <c>/.well-known/jwks.json</c>; <see langword="null"/> when nothing of the key is public.</summary>
    public abstract IReadOnlyDictionary<string, string>? Jwk { get; }

    /// <summary>Whether the signature is this key's over the data. Never throws for a wrong signature.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
}
