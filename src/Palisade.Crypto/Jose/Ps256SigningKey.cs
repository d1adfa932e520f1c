using System.Security.Cryptography;
using Palisade.Crypto.Secrets;

namespace Palisade.Crypto.Jose;

/// <summary>A private PS256 key (RFC 7518 section 3.5): RSA of at least 2048 bits, PSS with SHA-256 and a salt of 32 bytes.</summary>
[Secret]
public sealed class Ps256SigningKey : Pkcs8SigningKey<RSA>
{
    // 128 bits of strength (NIST SP 800-57 part 1, table 2); 2048-bit keys of others are verified until 2030.
    private const int Bits = 3072;

    private Ps256SigningKey(RSA key)
        : base(key, RSA.Create, new Ps256VerificationKey(key.ExportParameters(includePrivateParameters: false)))
    {
    }

    /// <summary>A fresh key of 3072 bits.</summary>
    public static Ps256SigningKey Create()
    {
        using var key = RSA.Create(Bits);
        return new Ps256SigningKey(key);
    }

    /// <summary>A key read back from where it is kept.</summary>
    /// <exception cref="CryptographicException">It is malformed, has bytes left over, or is no RSA key of 2048 to 4096 bits with the exponent 65537.</exception>
    public static Ps256SigningKey Import(ReadOnlySpan<byte> pkcs8)
    {
        using var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out var read);
        return read == pkcs8.Length ? new Ps256SigningKey(key) : throw new CryptographicException("The key is followed by other bytes.");
    }

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(Ps256SigningKey);

    private protected override byte[] Sign(RSA key, ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
}
