using Microsoft.Extensions.Logging;
using Palisade.Configuration;

namespace Palisade.Storage;

/// <summary>The PostgreSQL that the settings mean: the one at <c>DATABASE_URL</c>, or else a private cluster in the data folder.</summary>
public sealed class ConfiguredStorage : IAsyncDisposable
{
    private readonly PrivateCluster? cluster;

    private ConfiguredStorage(StorageOptions options, PrivateCluster? cluster)
    {
        Options = options;
        this.cluster = cluster;
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

    /// <summary>Stops the private cluster, if there is one.</summary>
    public ValueTask DisposeAsync() => cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

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
