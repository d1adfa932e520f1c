using System.Security.Cryptography;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A private ES256 key (RFC 7518 section 3.4) that signs tokens.</summary>
[Secret]
public sealed class Es256SigningKey : JwsSigningKey
{
    private readonly byte[] pkcs8;
    private readonly LentKeys<ECDsa> signers;

    private Es256SigningKey(ECDsa key, bool whole)
        : base(new Es256VerificationKey(Es256VerificationKey.P256Point(key, whole)))
    {
        this.pkcs8 = key.ExportPkcs8PrivateKey();
        signers = new LentKeys<ECDsa>(typeof(Es256SigningKey), Open, Environment.ProcessorCount);
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
    public override string ToString() => nameof(Es256SigningKey);

    internal override byte[] Sign(ReadOnlySpan<byte> data)
    {
        using var loan = signers.Borrow();
        return loan.Key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private ECDsa Open()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }
}
