namespace Palisade.Tokens;

/// <summary>Lifetimes and names in tokens, and the keys of the ones that are not signed.</summary>
public sealed class TokenOptions
{
    /// <summary><c>iss</c>; checked on every request (R046).</summary>
    public string Issuer { get; init; } = "palisade-api";

    /// <summary><c>aud</c>; checked on every request.</summary>
    public string Audience { get; init; } = "palisade-client";

    /// <summary>Life of an access token. Default 15 min (R044).</summary>
    public TimeSpan AccessLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A refresh token unused for so long is over. Default 7 days, sliding (R050, R051).</summary>
    public TimeSpan RefreshLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Nobody stays signed in longer than this. Default 30 days (R051).</summary>
    public TimeSpan RefreshAbsoluteLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The immediate predecessor of a refresh token gets the same successor again within this. A retry after a lost answer is not theft.</summary>
    public static readonly TimeSpan ReplayWindow = TimeSpan.FromSeconds(10);

    /// <summary>From <c>JWT_REFRESH_SECRET</c>: proves that a refresh token is ours, and derives its successor.</summary>
    public required ReadOnlyMemory<byte> RefreshKey { get; init; }

    /// <summary>From <c>JWT_SECRET</c>: hashes one-time tokens (challenges, invitations) for the database.</summary>
    public required ReadOnlyMemory<byte> OneTimeKey { get; init; }
}
