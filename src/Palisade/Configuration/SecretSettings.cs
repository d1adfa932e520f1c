namespace Palisade.Configuration;

/// <summary>The five secrets of a deployment: all present, strong, and different from each other.</summary>
public sealed class SecretSettings
{
    /// <summary><c>JWT_SECRET</c>.</summary>
    public required JwtSecret JwtSecret { get; init; }

    /// <summary><c>JWT_REFRESH_SECRET</c>.</summary>
    public required JwtRefreshSecret JwtRefreshSecret { get; init; }

    /// <summary><c>SESSION_SECRET</c>.</summary>
    public required SessionSecret SessionSecret { get; init; }

    /// <summary><c>ENCRYPTION_KEY</c>.</summary>
    public required EncryptionKey EncryptionKey { get; init; }

    /// <summary><c>SIGNING_KEY</c>.</summary>
    public required SigningKey SigningKey { get; init; }
}
