namespace Palisade.Storage;

/// <summary>Where PostgreSQL is and how much of it one process may take.</summary>
public sealed class StorageOptions
{
    /// <summary>Npgsql connection string of the application. Its login should be <c>palisade_app</c>; any other takes that role on every connection.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Npgsql connection string of a login that may act as <c>palisade_owner</c>; only migrations use it.</summary>
    public required string MigrationConnectionString { get; init; }

    /// <summary>Connections kept open when idle. Range 0-1000, default 2 (R252).</summary>
    public int PoolMin { get; init; } = 2;

    /// <summary>Connections at most. Range 1-1000, default 10 (R252); the next caller waits up to <see cref="ConnectTimeout"/>.</summary>
    public int PoolMax { get; init; } = 10;

    /// <summary>How long an unused connection above <see cref="PoolMin"/> is kept. Default 10 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long opening, or waiting for, a connection may take. Default 2 s; then the request gets 503.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The server cancels an interactive statement after this. Default 5 s (R253).</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The same for reports, exports and imports. Default 30 s (R254).</summary>
    public TimeSpan ReportTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
