using Palisade.Crypto.Secrets;

namespace Palisade.Crypto.Jose;

/// <summary>A key that signs tokens by one algorithm.</summary>
/// <remarks>
/// Safe for parallel use. Once <see cref="Dispose"/> has returned, every use throws <see cref="ObjectDisposedException"/>.
/// </remarks>
[Secret]
public abstract class JwsSigningKey : IDisposable
{
    private protected JwsSigningKey(JwsVerificationKey verification) => Verification = verification;

    /// <summary>The key's id. Not secret.</summary>
    public string Kid => Verification.Kid;

    /// <summary>What verifies this key's signatures; public, unless the algorithm is symmetric.</summary>
    public JwsVerificationKey Verification { get; }

    /// <summary>The private key, for sealing it. The caller MUST zero it after use.</summary>
    public abstract byte[] Export();

    /// <inheritdoc />
    public abstract void Dispose();

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(JwsSigningKey);

    internal abstract byte[] Sign(ReadOnlySpan<byte> data);
}
