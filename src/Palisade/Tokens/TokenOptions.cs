using System.Net;
using Palisade.Crypto.Jose;
using Palisade.Encryption;

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

    /// <summary>What new keys sign access tokens with. Default ES256. A change gives the present key its successor.</summary>
    public JwsAlgorithm Algorithm { get; init; } = JwsAlgorithm.Es256;

    /// <summary>Whether access tokens are encrypted as well. Either form is read, whatever is chosen, so that a change refuses nobody.</summary>
    public bool Encrypts { get; init; }

    /// <summary>The age at which a key gets its successor. Default 90 days.</summary>
    public TimeSpan KeyRotation { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a key is published before it signs. Default 10 min, twice as long as the published keys may be cached.</summary>
    public TimeSpan KeyLead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long others may cache the published keys. Not a setting: <see cref="KeyLead"/> MUST be longer.</summary>
    public static readonly TimeSpan PublishedFor = TimeSpan.FromMinutes(5);

    /// <summary>The origin clients call, as their proofs of possession must name it (RFC 9449, <c>htu</c>).</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>The header in which a proxy passes on the client certificate it checked (RFC 8705). Default: none is believed.</summary>
    public string? ClientCertificateHeader { get; init; }

    /// <summary>The proxies that are believed. Anybody else's header is taken off.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    internal KeySchedule Keys => new(KeyLead, AccessLifetime + AccessTokenReader.MaxSkew, KeyRotation);

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
