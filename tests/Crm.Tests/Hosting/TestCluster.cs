using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Storage;

[assembly: AssemblyFixture(typeof(Palisade.Crm.Tests.Hosting.TestCluster))]

namespace Palisade.Crm.Tests.Hosting;

/// <summary>A real PostgreSQL for the whole suite. Every test class that asks gets a database of its own, copied from a migrated one.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string Template = "palisade_template";

    private readonly string folder = Directory.CreateTempSubdirectory("palisade-test-").FullName;
    private readonly SemaphoreSlim copying = new(1);
    private PrivateCluster? cluster;
    private int databases;

    /// <summary>The running cluster.</summary>
    public PrivateCluster Cluster => cluster ?? throw new InvalidOperationException("The cluster has not started.");

    public async ValueTask InitializeAsync()
    {
        cluster = await PrivateCluster.StartAsync(folder, NullLogger.Instance, CancellationToken.None);
        await SuperuserAsync($"CREATE DATABASE {Template} OWNER palisade_owner", CancellationToken.None);
        var migrator = new Migrator(In(cluster.MigrationConnectionString, Template), [.. PalisadeExtensions.Migrations, .. CrmApp.Migrations], NullLogger<Migrator>.Instance);
        await migrator.ApplyAsync(CancellationToken.None);
    }

    /// <summary>A fresh, migrated, empty database; or one in which nothing is at all.</summary>
    public async Task<StorageOptions> NewDatabaseAsync(CancellationToken cancellationToken, bool isEmpty = false)
    {
        var name = $"palisade_{Interlocked.Increment(ref databases)}";
        await copying.WaitAsync(cancellationToken); // a template is copied by one at a time
        try
        {
            await SuperuserAsync($"CREATE DATABASE {name} TEMPLATE {(isEmpty ? "template1" : Template)} OWNER palisade_owner", cancellationToken);
        }
        finally
        {
            copying.Release();
        }

        return new StorageOptions
        {
            ConnectionString = In(Cluster.AppConnectionString, name),
            MigrationConnectionString = In(Cluster.MigrationConnectionString, name),
        };
    }

    /// <summary>The superuser's connection to a database, for looking behind the application's back.</summary>
    public string Superuser(StorageOptions storage) =>
        In(Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(storage.ConnectionString).Database!);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
        copying.Dispose();
    }

    private async Task SuperuserAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(In(Cluster.SuperuserConnectionString, "postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string In(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;
}
