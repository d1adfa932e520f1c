using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Palisade.Storage.Internal;

/// <summary>Where a private cluster's files are, who owns them, and which PostgreSQL serves them.</summary>
internal sealed class ClusterLayout
{
    internal const string Superuser = "postgres";
    private const string ServerUser = "postgres";
    private const int OldestVersion = 15;
    private const int LongestSocketPath = 107 - 14; // sun_path less "/.s.PGSQL.5432"

    private readonly string binaries;

    private ClusterLayout(string folder, string socketFolder, string binaries, int version)
    {
        Folder = folder;
        SocketFolder = socketFolder;
        this.binaries = binaries;
        Version = version;
    }

    internal string Folder { get; }

    internal string SocketFolder { get; }

    internal string StartLog => Path.Combine(Folder, "start.log");

    internal string LogFolder => Path.Combine(Folder, "log");

    private int Version { get; }

    private static bool IsRoot => Environment.IsPrivilegedProcess;

    internal static ClusterLayout Under(string dataFolder)
    {
        dataFolder = Path.GetFullPath(dataFolder);
        Directory.CreateDirectory(dataFolder);
        if (IsRoot)
        {
            // The server's user passes through the data folder into its own part; it cannot list or read the rest.
            File.SetUnixFileMode(dataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            if (!UserExists(ServerUser))
            {
                throw new ClusterException("PostgreSQL does not run as root and there is no system user 'postgres'. Install the package postgresql, or start as another user.");
            }
        }

        var folder = Reachable(Path.Combine(dataFolder, "postgres"));
        var (binaries, version) = FindBinaries(folder);
        return new ClusterLayout(folder, SocketFolderFor(folder), binaries, version);
    }

    internal string Tool(string name) => Path.Combine(binaries, name);

    internal string ConnectionString(string user, string database) => $"Host={SocketFolder};Username={user};Database={database}";

    /// <summary>A process start that drops root, when we have it, for the server's own user.</summary>
    internal static ProcessStartInfo AsServerUser(string program)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = "/", RedirectStandardOutput = false };
        if (IsRoot)
        {
            start.FileName = "setpriv";
            foreach (var argument in (string[])[$"--reuid={ServerUser}", $"--regid={ServerUser}", "--clear-groups", "--", program])
            {
                start.ArgumentList.Add(argument);
            }
        }

        // The server needs none of our environment, and our environment may hold secrets.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        return start;
    }

    internal async Task InitialiseAsync(ILogger logger, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(Folder, "PG_VERSION")))
        {
            logger.LogInformation("Making a private PostgreSQL {Version} cluster", Version);
            // A first start that was killed half-way leaves a folder without the marker that initdb writes into place last.
            var building = Folder + ".new";
            MakeOwned(building, recreate: true);
            await RunAsync(Tool("initdb"), ["-D", building, "-U", Superuser, "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"], cancellationToken);
            await WriteSettingsAsync(building, cancellationToken);
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder, recursive: true);
            }

            Directory.Move(building, Folder);
        }
        else
        {
            await WriteSettingsAsync(Folder, cancellationToken);
        }

        MakeOwned(SocketFolder, recreate: false);
    }

    /// <summary>Ends a server that outlived the process which started it.</summary>
    internal async Task StopOrphanAsync(ILogger logger, CancellationToken cancellationToken)
    {
        if (!ServerRuns())
        {
            ForgetRecycledProcess();
            return;
        }

        logger.LogInformation("Stopping the PostgreSQL that an earlier run left");
        try
        {
            await RunAsync(Tool("pg_ctl"), ["stop", "-D", Folder, "-m", "fast", "-w", "-t", "60"], cancellationToken);
        }
        catch (ClusterException) when (!ServerRuns())
        {
            // It was ending already, and was gone before pg_ctl could ask it to.
        }
    }

    /// <summary>Whether this folder's server runs.</summary>
    /// <remarks>
    /// After a crash the file stays, and its process id may be somebody else's by now: even another PostgreSQL's, which must
    /// not be stopped for it. So the process must stand in a folder that holds the very same file; it names folder and time.
    /// </remarks>
    private bool ServerRuns()
    {
        try
        {
            var claim = File.ReadAllText(Path.Combine(Folder, "postmaster.pid"));
            return int.TryParse(claim.Split('\n')[0], CultureInfo.InvariantCulture, out var pid)
                && File.ReadAllText($"/proc/{pid}/comm").Trim() == "postgres"
                && File.ReadAllText($"/proc/{pid}/cwd/postmaster.pid") == claim;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes a process file whose process id now is another's: PostgreSQL would take that process for its own and not start.</summary>
    private void ForgetRecycledProcess()
    {
        var file = Path.Combine(Folder, "postmaster.pid");
        if (File.Exists(file)
            && int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid)
            && Directory.Exists($"/proc/{pid}"))
        {
            File.Delete(file);
        }
    }

    private static async Task WriteSettingsAsync(string folder, CancellationToken cancellationToken)
    {
        var user = Environment.UserName;
        await WriteOwnedAsync(Path.Combine(folder, "pg_hba.conf"), "local all all peer map=palisade\n", cancellationToken);
        await WriteOwnedAsync(
            Path.Combine(folder, "pg_ident.conf"),
            $"palisade {user} palisade_app\npalisade {user} palisade_migrator\npalisade {user} {Superuser}\npalisade {ServerUser} {Superuser}\n",
            cancellationToken);
        await WriteOwnedAsync(
            Path.Combine(folder, "postgresql.conf"),
            """
            # Written at every start; changes here are lost.
            listen_addresses = ''
            unix_socket_permissions = 0700
            max_connections = 60
            shared_buffers = 128MB
            fsync = on
            full_page_writes = on
            synchronous_commit = on
            timezone = 'UTC'
            log_timezone = 'UTC'
            logging_collector = on
            log_directory = 'log'
            log_filename = 'postgresql-%a.log'
            log_truncate_on_rotation = on
            log_rotation_age = 1d
            log_connections = on
            log_disconnections = off
            log_statement = ddl
            log_parameter_max_length = 0
            log_parameter_max_length_on_error = 0
            log_min_error_statement = panic

            """,
            cancellationToken);
    }

    private static async Task WriteOwnedAsync(string file, string text, CancellationToken cancellationToken)
    {
        if (File.Exists(file) && await File.ReadAllTextAsync(file, cancellationToken) == text)
        {
            return;
        }

        await File.WriteAllTextAsync(file + ".new", text, cancellationToken);
        File.SetUnixFileMode(file + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        GiveToServer(file + ".new");
        File.Move(file + ".new", file, overwrite: true);
    }

    private static void MakeOwned(string folder, bool recreate)
    {
        if (recreate && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        GiveToServer(folder);
    }

    private static void GiveToServer(string path)
    {
        if (IsRoot)
        {
            Run("chown", "-h", $"{ServerUser}:{ServerUser}", path);
        }
    }

    /// <summary>The folder itself, or, where the server's user cannot pass through its parents, a link from it to one it can reach.</summary>
    private static string Reachable(string folder)
    {
        if (!IsRoot || Run("setpriv", $"--reuid={ServerUser}", $"--regid={ServerUser}", "--clear-groups", "--", "test", "-x", Path.GetDirectoryName(folder)!))
        {
            return folder;
        }

        var elsewhere = Path.Combine("/var/lib/palisade", ShortHash(folder));
        Directory.CreateDirectory("/var/lib/palisade");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(folder)!, "postgres.location"), elsewhere + "\n");
        return elsewhere;
    }

    private static string SocketFolderFor(string folder)
    {
        var beside = folder + ".socket";
        return Encoding.UTF8.GetByteCount(beside) <= LongestSocketPath ? beside : Path.Combine("/tmp", $"palisade-{ShortHash(folder)}");
    }

    private static (string Folder, int Version) FindBinaries(string folder)
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Select(path => (Path: Path.Combine(path, "bin"), Version: int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var version) ? version : 0))
                .Where(found => File.Exists(Path.Combine(found.Path, "initdb")) && File.Exists(Path.Combine(found.Path, "postgres")))
                .OrderByDescending(found => found.Version)
                .ToList()
            : [];
        var marker = Path.Combine(folder, "PG_VERSION");
        if (File.Exists(marker))
        {
            var wanted = File.ReadAllText(marker).Trim();
            return installed.FirstOrDefault(found => found.Version.ToString(CultureInfo.InvariantCulture) == wanted) is { Path: { } path } match
                ? (path, match.Version)
                : throw new ClusterException($"The data folder belongs to PostgreSQL {wanted}, which is not installed. Install postgresql-{wanted}, or start with another --data.");
        }

        return installed.FirstOrDefault() is { Path: { } newest } best && best.Version >= OldestVersion
            ? (newest, best.Version)
            : throw new ClusterException($"PostgreSQL {OldestVersion} or newer is not installed. Install the package postgresql, or set DATABASE_URL.");
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = AsServerUser(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new ClusterException($"{Path.GetFileName(program)} failed: {error.Trim()}");
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static bool UserExists(string name) => Run("id", "-u", name);

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
