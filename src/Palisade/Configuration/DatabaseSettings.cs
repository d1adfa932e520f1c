using Palisade.Logging;

namespace Palisade.Configuration;

/// <summary>Where PostgreSQL is, and how much of it and of our patience one process may use.</summary>
[NeverLogged]
public sealed class DatabaseSettings
{
    /// <summary>The application's connection, as a URL or an Npgsql string; <see langword="null"/> means the private
    /// cluster.</summary>
    /// <remarks>Contains a password. Turn it into an Npgsql string with <see cref="DatabaseUrl.ToConnectionString"/>.</remarks>
    public string? Url { get; init; }

    /// <summary>The connection of the role that owns the schema, for migrations; <see langword="null"/> means
    /// <see cref="Url"/>.</summary>
    public string? MigrationUrl { get; init; }

    /// <summary>Connections kept open while idle. 0 to 100, default 2.</summary>
    public int PoolMin { get; init; } = 2;

    /// <summary>Most connections of one process. 1 to 1000, default 10. PostgreSQL's own limit counts all processes
    /// together.</summary>
    public int PoolMax { get; init; } = 10;

    /// <summary>How long a connection above <see cref="PoolMin"/> may be idle. Default 10 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting may take before the request is answered 503. Default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When the server cancels an interactive statement. Default 5 s.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When the server cancels a report or an export. Default 30 s.</summary>
    public TimeSpan ReportTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
