using System.Security.Cryptography;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A private PS256 key (RFC 7518 section 3.5): RSA of at least 2048 bits, PSS with SHA-256 and a salt of 32 bytes.</summary>
[Secret]
public sealed class Ps256SigningKey : JwsSigningKey
{
    // 128 bits of strength (NIST SP 800-57 part 1, table 2); 2048-bit keys of others are verified until 2030.
    private const int Bits = 3072;

    private readonly byte[] pkcs8;
    private readonly LentKeys<RSA> signers;

    private Ps256SigningKey(RSA key)
        : base(new Ps256VerificationKey(key.ExportParameters(includePrivateParameters: false)))
    {
        this.pkcs8 = key.ExportPkcs8PrivateKey();
        signers = new LentKeys<RSA>(typeof(Ps256SigningKey), Open, Environment.ProcessorCount);
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

    /// <summary>The private key as unencrypted PKCS #8 (RFC 5208), for sealing it. The caller MUST zero it after use.</summary>
    public override byte[] Export()
    {
        using var alive = signers.Borrow();
        return [.. pkcs8];
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        signers.Close();
        CryptographicOperations.ZeroMemory(pkcs8);
    }

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(Ps256SigningKey);

    internal override byte[] Sign(ReadOnlySpan<byte> data)
    {
        using var loan = signers.Borrow();
        return loan.Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    private RSA Open()
    {
        var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }
}
