namespace Palisade.Sessions;

/// <summary>How long a browser's session lasts.</summary>
public sealed class SessionOptions
{
    /// <summary>A session unused for so long is over. Default 30 min (R067).</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The same for roles of the manager and admin class. Default 15 min (R068).</summary>
    public TimeSpan PrivilegedIdle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>However active, a session cookie is over after this. Default 24 h (R069).</summary>
    public TimeSpan Absolute { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Live sessions an account may have; the oldest ends when one more begins. 0, the default: as many as it likes.</summary>
    public int MaxPerAccount { get; init; }

    /// <summary>Other origins whose pages may act for a signed-in user: those that CORS allows. Default: none.</summary>
    public IReadOnlyCollection<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether browsers that can are offered to bind their session to a key of their own. Default: no.</summary>
    public bool OffersBinding { get; init; }

    /// <summary>From <c>SESSION_SECRET</c>: derives each session's CSRF token, seals challenges and proofs of bound sessions.</summary>
    public required ReadOnlyMemory<byte> CsrfKey { get; init; }
}
