using System.Security.Cryptography;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A private key of a public-key algorithm, kept as unencrypted PKCS #8 (RFC 5208).</summary>
[Secret]
public abstract class Pkcs8SigningKey<TKey> : JwsSigningKey
    where TKey : AsymmetricAlgorithm
{
    private readonly byte[] pkcs8;
    private readonly LentKeys<TKey> signers;

    private protected Pkcs8SigningKey(TKey key, Func<TKey> create, JwsVerificationKey verification)
        : base(verification)
    {
        pkcs8 = key.ExportPkcs8PrivateKey();
        signers = new LentKeys<TKey>(GetType(), Open, Environment.ProcessorCount);

        TKey Open()
        {
            var opened = create();
            opened.ImportPkcs8PrivateKey(pkcs8, out _);
            return opened;
        }
    }

    /// <summary>The private key as unencrypted PKCS #8, for sealing it. The caller MUST zero it after use.</summary>
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
        GC.SuppressFinalize(this);
    }

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(Pkcs8SigningKey<>);

    internal override byte[] Sign(ReadOnlySpan<byte> data)
    {
        using var loan = signers.Borrow();
        return Sign(loan.Key, data);
    }

    private protected abstract byte[] Sign(TKey key, ReadOnlySpan<byte> data);
}
