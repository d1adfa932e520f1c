namespace Palisade.Encryption;

/// <summary>The key that wraps all other keys: a local file in development, a KMS in production.</summary>
/// <remarks>An implementation MUST bind what it wraps to the context it is given: unwrapping with another context fails.</remarks>
public interface IMasterKey
{
    /// <summary>Which key this is, for the record beside what it wrapped. Not secret.</summary>
    string Name { get; }

    /// <summary>Wraps a key of at most 4 KiB.</summary>
    ValueTask<byte[]> WrapAsync(ReadOnlyMemory<byte> key, string context, CancellationToken cancellationToken);

    /// <summary>Unwraps what <see cref="WrapAsync"/> returned.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was wrapped by another key, for another context, or changed.</exception>
    ValueTask<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, string context, CancellationToken cancellationToken);
}
