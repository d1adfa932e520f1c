using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Palisade.Storage.Internal;

/// <summary>What a private cluster keeps in the data folder, and how it comes to be there.</summary>
/// <remarks>
/// <c>postgres</c> is the cluster and <c>postgres.socket</c> the folder of its socket; both belong to the server's user and are closed to
/// everybody else. A cluster is made as <c>postgres.unfinished</c> and renamed when it is whole, so a first start that was
/// killed leaves nothing that looks like one.
/// </remarks>
internal sealed class ClusterFiles
{
    internal const string Superuser = "postgres";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private ClusterFiles(string folder, PostgresPrograms programs)
    {
        Folder = folder;
        SocketFolder = folder + ".socket";
        Programs = programs;
    }

    internal string Folder { get; }

    internal string SocketFolder { get; }

    internal PostgresPrograms Programs { get; }

    internal string PidFile => Path.Combine(Folder, "postmaster.pid");

    /// <summary>What PostgreSQL says before it can write its own log.</summary>
    internal string StartLog => Path.Combine(Folder, "start.log");

    /// <exception cref="ClusterException">No installed PostgreSQL can serve it.</exception>
    internal static ClusterFiles In(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "postgres");
        return new ClusterFiles(folder, PostgresPrograms.For(folder));
    }

    internal async Task PrepareAsync(ILogger logger, CancellationToken cancellationToken)
    {
        MakeOwned(SocketFolder);
        if (!File.Exists(Path.Combine(Folder, "PG_VERSION")))
        {
            logger.LogInformation("Making a private PostgreSQL {Version} cluster", Programs.Version);
            await MakeAsync(cancellationToken);
        }

        await WriteSettingsAsync(cancellationToken);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Folder) && Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            throw new ClusterException($"{Folder} is neither empty nor a PostgreSQL cluster. Move it away, or start with another --data.");
        }

        var unfinished = Folder + ".unfinished";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        MakeOwned(unfinished);
        await ClusterShell.RunAsync(
            unfinished,
            SocketFolder,
            $"""exec "$1" -D {ClusterShell.Cluster} -U {Superuser} --auth=peer --encoding=UTF8 --locale=C.UTF-8 --data-checksums""",
            [Programs.Tool("initdb")],
            cancellationToken);
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder);
        }

        Directory.Move(unfinished, Folder);
    }

    private async Task WriteSettingsAsync(CancellationToken cancellationToken)
    {
        var us = Environment.UserName;
        await WriteAsync("pg_hba.conf", "local all all peer map=palisade\n", cancellationToken);
        await WriteAsync(
            "pg_ident.conf",
            string.Concat(DatabaseRoles.PrivateLogins.Append(Superuser).Select(role => $"palisade \"{us}\" {role}\n")),
            cancellationToken);
        await WriteAsync(
            "postgresql.conf",
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
            # Who connects and what changes the schema is logged. An error quotes values ("invalid input syntax for type ..."),
            # so errors are the application's to log.
            logging_collector = on
            log_directory = 'log'
            log_filename = 'postgresql-%a.log'
            log_truncate_on_rotation = on
            log_rotation_age = 1d
            log_connections = on
            log_statement = ddl
            log_parameter_max_length = 0
            log_parameter_max_length_on_error = 0
            log_min_messages = log
            log_min_error_statement = panic

            """,
            cancellationToken);
    }

    private async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder, name);
        if (await File.ReadAllTextAsync(file, cancellationToken) == text)
        {
            return;
        }

        await File.WriteAllTextAsync(file + ".new", text, cancellationToken);
        File.SetUnixFileMode(file + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        GiveToServer(file + ".new");
        File.Move(file + ".new", file, overwrite: true);
    }

    private static void MakeOwned(string folder)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        File.SetUnixFileMode(folder, OwnerOnly);
        GiveToServer(folder);
    }

    private static void GiveToServer(string path)
    {
        if (!ClusterShell.DropsRoot)
        {
            return;
        }

        using var chown = Process.Start(new ProcessStartInfo("chown", ["-h", $"{ClusterShell.ServerUser}:{ClusterShell.ServerUser}", path])
        {
            RedirectStandardError = true,
        })!;
        chown.WaitForExit();
        if (chown.ExitCode != 0)
        {
            throw new ClusterException(
                "PostgreSQL does not run as root, and no system user 'postgres' can be given its part of the data folder. "
                + "Install the package postgresql, or start as another user.");
        }
    }
}
