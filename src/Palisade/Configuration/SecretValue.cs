namespace Palisade.Configuration;

/// <summary>Key material from the configuration. Its text form, in logs, errors and debuggers, is the name of its type.</summary>
public abstract class SecretValue
{
    private readonly byte[] bytes;

    private protected SecretValue(ReadOnlySpan<byte> bytes) => this.bytes = bytes.ToArray();

    /// <summary>The decoded key. The caller MUST NOT log it, compare it with <c>==</c> or keep a copy.</summary>
    public ReadOnlySpan<byte> Reveal() => bytes;

    /// <summary>The name of the type, never the value.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>Hashes one-time tokens (challenges, invitations, backup codes) for the database. At least 32 bytes.</summary>
/// <param name="bytes">The decoded key; it is copied.</param>
public sealed class JwtSecret(ReadOnlySpan<byte> bytes) : SecretValue(bytes);

/// <summary>Tags refresh tokens and derives their successors. At least 32 bytes, and never the same as <see cref="JwtSecret"/>.</summary>
/// <param name="bytes">The decoded key; it is copied.</param>
public sealed class JwtRefreshSecret(ReadOnlySpan<byte> bytes) : SecretValue(bytes);

/// <summary>Derives each session's CSRF token. At least 32 bytes.</summary>
/// <param name="bytes">The decoded key; it is copied.</param>
public sealed class SessionSecret(ReadOnlySpan<byte> bytes) : SecretValue(bytes);

/// <summary>The master key: wraps the signing keys, the pepper and the data keys (AES-256). Exactly 32 bytes.</summary>
/// <param name="bytes">The decoded key; it is copied.</param>
public sealed class EncryptionKey(ReadOnlySpan<byte> bytes) : SecretValue(bytes);

/// <summary>Hides which addresses were tried. At least 32 bytes.</summary>
/// <param name="bytes">The decoded key; it is copied.</param>
public sealed class SigningKey(ReadOnlySpan<byte> bytes) : SecretValue(bytes);
