using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Tests.Storage;

/// <summary>A cluster of a test's own, for tests that break it. Its pools are not kept: nothing outlives a statement.</summary>
internal sealed class ThrowawayCluster(string folder, PrivateCluster cluster) : IAsyncDisposable
{
    internal string Folder => folder;

    internal PrivateCluster Cluster => cluster;

    internal static async Task<ThrowawayCluster> StartAsync(string? folder = null, ILogger? logger = null)
    {
        folder ??= Directory.CreateTempSubdirectory("palisade-throwaway-").FullName;
        return new(folder, await PrivateCluster.StartAsync(folder, logger ?? NullLogger.Instance, CancellationToken.None));
    }

    internal StorageOptions Superuser(string database) => Login("postgres", database, pooling: false);

    internal StorageOptions Login(string login, string database, bool pooling = true)
    {
        var connection = new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString) { Username = login, Database = database, Pooling = pooling };
        return new StorageOptions { ConnectionString = connection.ConnectionString, MigrationConnectionString = connection.ConnectionString };
    }

    /// <summary>Lets a login in that the product does not know.</summary>
    internal async Task AdmitAsync(string login)
    {
        await File.AppendAllTextAsync(Path.Combine(folder, "postgres", "pg_ident.conf"), $"palisade \"{Environment.UserName}\" {login}\n");
        await SuperuserAsync("postgres", "SELECT pg_reload_conf()");
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Login(login, "postgres", pooling: false).ConnectionString);
                await connection.OpenAsync();
                return;
            }
            catch (PostgresException) when (tries < 100)
            {
                await Task.Delay(20);
            }
        }
    }

    internal async Task SuperuserAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(Superuser(database).ConnectionString);
        await connection.OpenAsync();
        foreach (var statement in sql.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Stops it, and leaves its files.</summary>
    internal ValueTask StopAsync() => cluster.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
