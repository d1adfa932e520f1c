using Palisade.Configuration;
using Palisade.Storage;

namespace Palisade.Crm;

/// <summary>Where this instance's PostgreSQL is: the one the settings name, or a private cluster in the data folder.</summary>
internal sealed class CrmStorage(StorageOptions options, PrivateCluster? cluster) : IAsyncDisposable
{
    internal StorageOptions Options { get; } = options;

    internal static async Task<CrmStorage> StartAsync(PalisadeSettings settings, ILogger logger)
    {
        if (settings.Database.Url is { } url)
        {
            var app = DatabaseUrl.ToConnectionString(url);
            return new CrmStorage(Limited(settings.Database, app, settings.Database.MigrationUrl is { } migration ? DatabaseUrl.ToConnectionString(migration) : app), null);
        }

        var cluster = await PrivateCluster.StartAsync(settings.DataFolder, logger, CancellationToken.None);
        return new CrmStorage(Limited(settings.Database, cluster.AppConnectionString, cluster.MigrationConnectionString), cluster);
    }

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
