using Microsoft.Extensions.Logging;
using Palisade.Configuration;

namespace Palisade.Storage;

/// <summary>The PostgreSQL that the settings mean: the one at <c>DATABASE_URL</c>, or else a private cluster in the data folder.</summary>
public sealed class ConfiguredStorage : IAsyncDisposable
{
    private readonly PrivateCluster? cluster;
    private readonly IDisposable? held;

    private ConfiguredStorage(StorageOptions options, PrivateCluster? cluster, IDisposable? held = null)
    {
        Options = options;
        this.cluster = cluster;
        this.held = held;
    }

    /// <summary>How to connect, and how much of it to take.</summary>
    public StorageOptions Options { get; }

    /// <summary>Starts the private cluster when the settings mean one, for which the caller MUST hold the <see cref="DataFolder"/>.
    /// A server of others is not connected to yet.</summary>
    /// <exception cref="ClusterException">The private cluster cannot start.</exception>
    public static async Task<ConfiguredStorage> StartAsync(PalisadeSettings settings, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Database.Url is { } url)
        {
            return new ConfiguredStorage(
                Limited(settings.Database, DatabaseUrl.ToConnectionString(url), DatabaseUrl.ToConnectionString(settings.Database.MigrationUrl ?? url)), null);
        }

        var cluster = await PrivateCluster.StartAsync(settings.DataFolder, logger, cancellationToken);
        return new ConfiguredStorage(Limited(settings.Database, cluster.AppConnectionString, cluster.MigrationConnectionString), cluster);
    }

    /// <summary>The same for a command that works beside a running instance: its private cluster is used, or else one is started.</summary>
    /// <remarks>For what the application's login may do. The schema is the instance's affair.</remarks>
    /// <exception cref="ClusterException">The private cluster cannot start.</exception>
    public static async Task<ConfiguredStorage> JoinAsync(PalisadeSettings settings, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Database.Url is not null)
        {
            return await StartAsync(settings, logger, cancellationToken);
        }

        if (DataFolder.IsTaken(settings.DataFolder))
        {
            var (sockets, connectionString) = PrivateCluster.Beside(settings.DataFolder);
            return new ConfiguredStorage(Limited(settings.Database, connectionString, connectionString), null, sockets);
        }

        var folder = DataFolder.Take(settings.DataFolder);
        try
        {
            var own = await StartAsync(settings, logger, cancellationToken);
            return new ConfiguredStorage(own.Options, own.cluster, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Stops the private cluster, if this started one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        held?.Dispose();
    }

    private static StorageOptions Limited(DatabaseSettings limits, string app, string migration) => new()
    {
        ConnectionString = app,
        MigrationConnectionString = migration,
        PoolMin = limits.PoolMin,
        PoolMax = limits.PoolMax,
        IdleTimeout = limits.IdleTimeout,
        ConnectTimeout = limits.ConnectTimeout,
        StatementTimeout = limits.StatementTimeout,
        ReportTimeout = limits.ReportTimeout,
    };
}
