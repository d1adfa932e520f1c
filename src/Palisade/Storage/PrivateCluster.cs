using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Storage.Internal;

namespace Palisade.Storage;

/// <summary>A PostgreSQL of one's own under the data folder, for development and for trying the product: no TCP, no password, no set-up.</summary>
/// <remarks>
/// <para>The caller MUST hold the <see cref="DataFolder"/>: a server that is found at work in it counts as left over, and is stopped.</para>
/// <para>It lives as long as this process. A supervising shell holds a pipe from us; when we end, however we end, the pipe closes
/// and the shell stops the server: a kill -9 leaves no orphan. A server that ends by itself is started again.</para>
/// <para>Started as root, it runs as the system user <c>postgres</c>, which owns its own part of the data folder and cannot reach the
/// rest.</para>
/// </remarks>
public sealed class PrivateCluster : IAsyncDisposable
{
    private const string Database = "palisade";

    // The lock belongs to the open folder, which every process of the server inherits: it is free when the last one has
    // ended. That is more than postmaster.pid can tell, whose process id may by now be anybody's. SIGINT is PostgreSQL's
    // fast shutdown; read returns when our end of the pipe closes.
    private const string Supervise = $$"""
        exec 5<&0
        if ! flock -n 3; then
          read -r left <{{ClusterShell.Cluster}}/postmaster.pid
          [ ! "/proc/$left/cwd" -ef {{ClusterShell.Cluster}} ] || kill -INT "$left"
          flock -w 60 3 || { echo "The PostgreSQL of an earlier run does not end." >&2; exit 1; }
        fi
        rm -f {{ClusterShell.Cluster}}/postmaster.pid {{ClusterShell.Sockets}}/.s.PGSQL.5432*
        "$1" -D {{ClusterShell.Cluster}} -k {{ClusterShell.Sockets}} </dev/null >{{ClusterShell.Cluster}}/start.log 2>&1 5<&- & server=$!
        echo starting
        ( read -r _ <&5; kill -INT $server ) 3<&- & watcher=$!
        exec 5<&-
        wait $server; code=$?
        kill $watcher 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly ClusterFiles files;
    private readonly OpenFolder sockets;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private Process supervisor;
    private Task keptRunning = Task.CompletedTask;

    private PrivateCluster(ClusterFiles files, ILogger logger)
    {
        this.files = files;
        this.logger = logger;
        sockets = new OpenFolder(files.SocketFolder);
        supervisor = StartSupervisor();
    }

    /// <summary>Connection string of the application's login.</summary>
    public string AppConnectionString => ConnectionString(DatabaseRoles.App, Database);

    /// <summary>Connection string of the login that migrates.</summary>
    public string MigrationConnectionString => ConnectionString(DatabaseRoles.PrivateMigrator, Database);

    /// <summary>Connection string of the login that reads everything for a backup, and can change nothing.</summary>
    public string BackupConnectionString => ConnectionString(DatabaseRoles.Backup, Database);

    /// <summary>Connection string of the cluster's superuser, for tests and repair. Nothing of the product uses it after the start.</summary>
    public string SuperuserConnectionString => ConnectionString(ClusterFiles.Superuser, Database);

    /// <summary>The server's process id, for tests that kill it.</summary>
    public int ServerProcessId => int.Parse(File.ReadLines(files.PidFile).First(), CultureInfo.InvariantCulture);

    /// <summary>Makes the cluster if there is none, starts it, and waits until it answers.</summary>
    /// <exception cref="ClusterException">It cannot start; the message says what to do.</exception>
    public static async Task<PrivateCluster> StartAsync(string dataFolder, ILogger logger, CancellationToken cancellationToken)
    {
        var files = ClusterFiles.In(Path.GetFullPath(dataFolder));
        await files.PrepareAsync(logger, cancellationToken);
        var cluster = new PrivateCluster(files, logger);
        try
        {
            await cluster.WaitUntilReadyAsync(cancellationToken);
            await cluster.EnsureDatabaseAsync(cancellationToken);
            cluster.keptRunning = cluster.KeepRunningAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server (fast shutdown: open transactions are rolled back) and waits for it, 8 seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        await stopping.CancelAsync();
        await keptRunning;
        supervisor.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        try
        {
            await supervisor.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("PostgreSQL is still shutting down; the next start waits for it");
        }

        supervisor.Dispose();
        sockets.Dispose();
        stopping.Dispose();
    }

    private Process StartSupervisor() => ClusterShell.Start(files.Folder, files.SocketFolder, Supervise, files.Programs.Tool("postgres"));

    private async Task KeepRunningAsync()
    {
        try
        {
            while (true)
            {
                await supervisor.WaitForExitAsync(stopping.Token);
                logger.LogError("PostgreSQL ended with {ExitCode}; starting it again", supervisor.ExitCode);
                await Task.Delay(RestartDelay, stopping.Token);
                supervisor.Dispose();
                supervisor = StartSupervisor();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        if (await supervisor.StandardOutput.ReadLineAsync(cancellationToken) is null)
        {
            throw new ClusterException($"PostgreSQL cannot start: {(await supervisor.StandardError.ReadToEndAsync(cancellationToken)).Trim()}");
        }

        var waited = Stopwatch.StartNew();
        while (!SaysReady())
        {
            if (supervisor.HasExited)
            {
                throw new ClusterException($"PostgreSQL ended while starting. {files.StartLog} and the folder log beside it say why.");
            }

            // After a crash it replays its log first; that takes as long as it takes, but a person should hear of it.
            if (waited.Elapsed > TimeSpan.FromSeconds(5))
            {
                logger.LogInformation("Waiting for PostgreSQL to recover");
                waited.Restart();
            }

            await Task.Delay(10, cancellationToken);
        }
    }

    /// <summary>The eighth line of the file is the server's own word (pg_ctl waits for the same).</summary>
    private bool SaysReady()
    {
        try
        {
            return File.ReadLines(files.PidFile).ElementAtOrDefault(7)?.Trim() == "ready";
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private async Task EnsureDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(ClusterFiles.Superuser, "postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT count(*) FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = Database } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is 1L)
        {
            return;
        }

        await using var roles = new NpgsqlCommand(DatabaseRoles.EnsureSql + DatabaseRoles.PrivateLoginsSql, connection);
        await roles.ExecuteNonQueryAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {Database} OWNER {DatabaseRoles.Owner}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The application's login at the cluster that another process runs on this folder, through its folder of sockets.</summary>
    internal static (OpenFolder Sockets, string ConnectionString) Beside(string dataFolder)
    {
        var sockets = new OpenFolder(ClusterFiles.In(Path.GetFullPath(dataFolder)).SocketFolder);
        return (sockets, ConnectionString(sockets, DatabaseRoles.App, Database));
    }

    private string ConnectionString(string user, string database) => ConnectionString(sockets, user, database);

    private static string ConnectionString(OpenFolder sockets, string user, string database) =>
        new NpgsqlConnectionStringBuilder { Host = sockets.ShortPath, Username = user, Database = database }.ConnectionString;
}

/// <summary>The private cluster cannot start. The message is for the person at the terminal.</summary>
public sealed class ClusterException(string message, Exception? inner = null) : Exception(message, inner);
