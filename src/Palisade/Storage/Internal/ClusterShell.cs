using System.Diagnostics;

namespace Palisade.Storage.Internal;

/// <summary>Runs a shell script as the user that PostgreSQL runs as, with a cluster's folders already open.</summary>
/// <remarks>
/// The folders are opened before root is dropped: the cluster is <c>/proc/self/fd/3</c> in the script, its socket folder
/// <c>/proc/self/fd/4</c>. So the server's user needs no way through the parents of the data folder, which stay closed to it,
/// and no path is too long for a socket's address.
/// </remarks>
internal static class ClusterShell
{
    internal const string Cluster = "/proc/self/fd/3";
    internal const string Sockets = "/proc/self/fd/4";

    /// <summary>Who the server runs as when we are root, as which PostgreSQL refuses to run.</summary>
    internal const string ServerUser = "postgres";

    internal static bool DropsRoot => Environment.IsPrivilegedProcess;

    internal static Process Start(string folder, string socketFolder, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A session of its own: Ctrl-C at the terminal is for the application, which stops the server when it is done with it.
        string[] asServer = DropsRoot ? ["setpriv", $"--reuid={ServerUser}", $"--regid={ServerUser}", "--clear-groups", "--"] : [];
        foreach (var argument in (string[])
            [
                "-c", """exec 3<"$1" 4<"$2" && shift 2 && exec "$@" """, "sh", folder, socketFolder,
                "setsid", .. asServer, "/bin/sh", "-c", script, "sh", .. arguments,
            ])
        {
            start.ArgumentList.Add(argument);
        }

        // The server needs none of our environment, and our environment may hold secrets.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        return Process.Start(start)!;
    }

    internal static async Task RunAsync(string folder, string socketFolder, string script, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(folder, socketFolder, script, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new ClusterException($"The private PostgreSQL cannot be made: {error.Trim()}");
        }
    }
}
