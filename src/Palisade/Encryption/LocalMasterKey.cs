using System.Security.Cryptography;
using Palisade.Crypto.Envelopes;

namespace Palisade.Encryption;

/// <summary>A master key from this machine's own secret file (<c>ENCRYPTION_KEY</c>).</summary>
public sealed class LocalMasterKey : IMasterKey, IDisposable
{
    private readonly DataKey master;

    /// <summary>From 32 secret bytes.</summary>
    public LocalMasterKey(ReadOnlySpan<byte> secret)
    {
        // The id says which secret it was without helping to find it: a hash of a derived value, not of the secret.
        var id = new Guid(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret.ToArray(), 16, info: "palisade master key id"u8.ToArray()));
        master = new DataKey(id, secret);
        Name = $"local:{id:N}";
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public ValueTask<byte[]> WrapAsync(ReadOnlyMemory<byte> key, string context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(EnvelopeV1.Seal(master, PlaceOf(context), key.Span));

    /// <inheritdoc />
    public ValueTask<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, string context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(EnvelopeV1.Open(id => id == master.Id ? master : null, PlaceOf(context), wrapped.Span));

    /// <inheritdoc />
    public void Dispose() => master.Dispose();

    private static Place PlaceOf(string context) => new(Guid.Empty, "encryption.keys", "wrapped", context);
}
