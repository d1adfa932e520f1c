using System.Security.Cryptography;
using Palisade.Crypto.Secrets;

namespace Palisade.Crypto.Jose;

/// <summary>A private ES256 key (RFC 7518 section 3.4) that signs tokens.</summary>
[Secret]
public sealed class Es256SigningKey : Pkcs8SigningKey<ECDsa>
{
    private Es256SigningKey(ECDsa key, bool whole)
        : base(key, ECDsa.Create, new Es256VerificationKey(Es256VerificationKey.P256Point(key, whole)))
    {
    }

    /// <summary>The public half.</summary>
    public Es256VerificationKey Public => (Es256VerificationKey)Verification;

    /// <summary>A fresh key.</summary>
    public static Es256SigningKey Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new Es256SigningKey(key, whole: true);
    }

    /// <summary>A key read back from where it is kept.</summary>
    /// <exception cref="CryptographicException">It is malformed, has bytes left over, or is no P-256 key.</exception>
    public static Es256SigningKey Import(ReadOnlySpan<byte> pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out var read);
        return new Es256SigningKey(key, whole: read == pkcs8.Length);
    }

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(Es256SigningKey);

    private protected override byte[] Sign(ECDsa key, ReadOnlySpan<byte> data) =>
        key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
