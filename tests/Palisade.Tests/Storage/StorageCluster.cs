using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Audit;
using Palisade.Storage;

[assembly: AssemblyFixture(typeof(Palisade.Tests.Storage.StorageCluster))]

namespace Palisade.Tests.Storage;

/// <summary>A real PostgreSQL for the tests that ask for a database; it starts with the first of them.</summary>
public sealed class StorageCluster : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("palisade-storage-").FullName;
    private readonly Lazy<Task<PrivateCluster>> cluster;
    private int databases;

    public StorageCluster() =>
        cluster = new(() => PrivateCluster.StartAsync(folder, NullLogger.Instance, CancellationToken.None));

    /// <summary>A new, empty database.</summary>
    public async Task<StorageOptions> EmptyAsync()
    {
        var running = await cluster.Value;
        var name = $"storage_{Interlocked.Increment(ref databases)}";
        await SuperuserAsync($"CREATE DATABASE {name} OWNER palisade_owner");
        return new StorageOptions
        {
            ConnectionString = In(running.AppConnectionString, name),
            MigrationConnectionString = In(running.MigrationConnectionString, name),
        };
    }

    /// <summary>A new database with the platform's schema.</summary>
    public async Task<StorageOptions> MigratedAsync()
    {
        var storage = await EmptyAsync();
        await MigratorOf(storage).ApplyAsync(CancellationToken.None);
        return storage;
    }

    /// <summary>Another role's connection string to the same database: of the superuser, or of a login that a test made.</summary>
    public async Task<string> AsAsync(string role, StorageOptions storage)
    {
        var database = new NpgsqlConnectionStringBuilder(storage.ConnectionString).Database!;
        var running = await cluster.Value;
        return role == "palisade_backup" ? In(running.BackupConnectionString, database) : In(running.SuperuserConnectionString, database);
    }

    /// <summary>Statements of the superuser, in a database or in none in particular.</summary>
    public async Task SuperuserAsync(string sql, StorageOptions? storage = null)
    {
        var connectionString = storage is null ? In((await cluster.Value).SuperuserConnectionString, "postgres") : await AsAsync("postgres", storage);
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The platform's migrator, or one with migrations of a test.</summary>
    internal static Migrator MigratorOf(StorageOptions storage, IReadOnlyList<Migration>? migrations = null, ILogger<Migrator>? logger = null) =>
        new(storage.MigrationConnectionString, migrations ?? PalisadeExtensions.Migrations, logger ?? NullLogger<Migrator>.Instance);

    /// <summary>The application's way to a database, with an audit log that tells <paramref name="told"/> what it publishes.</summary>
    internal static PalisadeDatabase Database(StorageOptions storage, ILoggerFactory? told = null)
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        return new PalisadeDatabase(storage, new AuditLog(TimeProvider.System, told ?? NullLoggerFactory.Instance, meters));
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster.IsValueCreated)
        {
            NpgsqlConnection.ClearAllPools();
            await (await cluster.Value).DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string In(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;
}
