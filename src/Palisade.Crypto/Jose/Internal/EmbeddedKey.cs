using System.Security.Cryptography;

namespace Palisade.Crypto.Jose.Internal;

/// <summary>The public key that a proof of possession brings along in its header (RFC 7515 section 4.1.3).</summary>
/// <remarks>It says what the sender holds, and nothing of who the sender is.</remarks>
internal static class EmbeddedKey
{
    /// <summary>The key, or <see langword="null"/> for any that is not exactly of this algorithm's form.</summary>
    // Exactly the public members: a private one would mean that the sender gave its key away. HMAC proves nothing to us.
    internal static JwsVerificationKey? Read(string? algorithm, FlatJson jwk)
    {
        try
        {
            return algorithm switch
            {
                "ES256" when jwk.Names.Count == 4 && jwk.Text("kty") == "EC" && jwk.Text("crv") == "P-256"
                    && Bytes(jwk, "x") is { Length: Es256VerificationKey.CoordinateSize } x && Bytes(jwk, "y") is { Length: Es256VerificationKey.CoordinateSize } y
                    => Es256VerificationKey.FromCoordinates(x, y),
                "PS256" when jwk.Names.Count == 3 && jwk.Text("kty") == "RSA" && jwk.Text("e") == "AQAB" && Bytes(jwk, "n") is { } modulus
                    => Ps256VerificationKey.FromModulus(modulus),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null; // a point off the curve, a modulus of another size
        }
    }

    private static byte[]? Bytes(FlatJson jwk, string name) => StrictBase64Url.TryDecode(jwk.Text(name) ?? "!", out var bytes) ? bytes : null;
}
