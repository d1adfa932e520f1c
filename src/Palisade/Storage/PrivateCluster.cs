using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Storage.Internal;

namespace Palisade.Storage;

/// <summary>A PostgreSQL of one's own under the data folder, for development and for trying the product: no TCP, no password, no set-up.</summary>
/// <remarks>
/// <para>It lives exactly as long as this process. A supervising shell holds a pipe from us; when we end, however we end, the
/// pipe closes and the shell stops the server. So a kill -9 leaves neither an orphan nor a lock behind.</para>
/// <para>A server that ends although nobody asked it to is started again, a little later each time it fails. Requests are
/// answered 503 meanwhile, and nothing that was acknowledged is lost.</para>
/// <para>PostgreSQL refuses to run as root; started as root, it runs as the <c>postgres</c> system user, which owns its own part of
/// the data folder and cannot read the rest.</para>
/// </remarks>
public sealed class PrivateCluster : IAsyncDisposable
{
    private const string Database = "palisade";

    // Backends of a killed server need a moment to see that it is gone; until then a new one refuses to start.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly ClusterLayout layout;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private Process supervisor;
    private Task keepRunning = Task.CompletedTask;

    private PrivateCluster(ClusterLayout layout, ILogger logger)
    {
        this.layout = layout;
        this.logger = logger;
        supervisor = Supervise(layout);
    }

    /// <summary>Connection string of the application's login.</summary>
    public string AppConnectionString => layout.ConnectionString(AppDataSource.AppRole, Database);

    /// <summary>Connection string of the login that migrates.</summary>
    public string MigrationConnectionString => layout.ConnectionString("palisade_migrator", Database);

    /// <summary>Connection string of the cluster's superuser, for tests and repair. Nothing of the product uses it after the start.</summary>
    public string SuperuserConnectionString => layout.ConnectionString(ClusterLayout.Superuser, Database);

    /// <summary>The server's process id, for tests that kill it.</summary>
    public int ServerProcessId => int.Parse(File.ReadLines(Path.Combine(layout.Folder, "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes the cluster if there is none, starts it, and waits until it answers.</summary>
    /// <exception cref="ClusterException">It cannot start; the message says what to do.</exception>
    public static async Task<PrivateCluster> StartAsync(string dataFolder, ILogger logger, CancellationToken cancellationToken)
    {
        var layout = ClusterLayout.Under(dataFolder);
        await layout.InitialiseAsync(logger, cancellationToken);
        await layout.StopOrphanAsync(logger, cancellationToken);
        var cluster = new PrivateCluster(layout, logger);
        try
        {
            await cluster.WaitUntilReadyAsync(cancellationToken);
            await cluster.EnsureDatabaseAsync(cancellationToken);
            cluster.keepRunning = cluster.KeepRunningAsync(cluster.stopping.Token);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server (fast shutdown: open transactions are rolled back) and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await keepRunning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!supervisor.HasExited)
        {
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
        }

        supervisor.Dispose();
        stopping.Dispose();
    }

    private async Task KeepRunningAsync(CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        while (true)
        {
            var running = Stopwatch.StartNew();
            await supervisor.WaitForExitAsync(cancellationToken);
            pause = running.Elapsed > LongestPause ? ShortestPause : pause;
            logger.LogError("PostgreSQL ended by itself with status {ExitCode}; starting it again", supervisor.ExitCode);
            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            try
            {
                await layout.StopOrphanAsync(logger, cancellationToken); // it may be the shell alone that ended
                supervisor.Dispose();
                supervisor = Supervise(layout);
                await WaitUntilReadyAsync(cancellationToken);
                logger.LogWarning("PostgreSQL answers again");
            }
            catch (ClusterException exception)
            {
                logger.LogError(exception, "PostgreSQL did not start");
            }
        }
    }

    private static Process Supervise(ClusterLayout layout)
    {
        // read returns when our end of the pipe closes, even by kill -9. SIGINT is PostgreSQL's fast shutdown. Should the
        // server end first, the background read is what must go: hence the two-way wait.
        const string script = """
            log=$1 postgres=$2; shift 2
            "$postgres" "$@" </dev/null >"$log" 2>&1 & server=$!
            trap '' INT
            ( trap - INT; read -r _ ; kill -INT $server ) <&3 3<&- & watcher=$!
            exec 3<&-
            wait $server; code=$?
            kill $watcher 2>/dev/null
            exit $code
            """;
        var start = ClusterLayout.AsServerUser("/bin/sh");
        foreach (var argument in (string[])["-c", "exec 3<&0; " + script, "sh", layout.StartLog, layout.Tool("postgres"), "-D", layout.Folder, "-k", layout.SocketFolder])
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardInput = true;
        return Process.Start(start)!;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var probe = NpgsqlDataSource.Create(layout.ConnectionString(ClusterLayout.Superuser, "postgres") + ";Pooling=false");
                await using var connection = await probe.OpenConnectionAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException exception)
            {
                if (supervisor.HasExited)
                {
                    throw new ClusterException($"PostgreSQL ended while starting. See {layout.StartLog} and {layout.LogFolder}.", exception);
                }

                // After a crash it replays its log first; that takes as long as it takes, but a person should hear of it.
                if (waited.Elapsed > TimeSpan.FromSeconds(5))
                {
                    logger.LogInformation("Waiting for PostgreSQL to recover");
                    waited.Restart();
                }

                await Task.Delay(20, cancellationToken);
            }
        }
    }

    private async Task EnsureDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(layout.ConnectionString(ClusterLayout.Superuser, "postgres") + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT count(*) FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = Database } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is 1L)
        {
            return;
        }

        await using var roles = new NpgsqlCommand(DatabaseRoles.EnsureSql, connection);
        await roles.ExecuteNonQueryAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {Database} OWNER palisade_owner", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>The private cluster cannot start. The message is for the person at the terminal.</summary>
public sealed class ClusterException(string message, Exception? inner = null) : Exception(message, inner);
