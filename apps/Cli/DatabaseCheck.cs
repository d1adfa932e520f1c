using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Palisade.Configuration;

namespace Palisade.Cli;

/// <summary>Whether the configured database answers, or the programs for a private one are installed.</summary>
internal static class DatabaseCheck
{
    private const int OldestMajorVersion = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    internal static async Task<IReadOnlyList<Finding>> RunAsync(
        PalisadeSettings? settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (settings is null)
        {
            return [new Finding("database", Outcome.Warning, "Not tried: the settings come first.")];
        }

        return settings.Database.Url is { } url ? await ReachAsync(url, clock, cancellationToken) : [Programs()];
    }

    private static async Task<IReadOnlyList<Finding>> ReachAsync(
        string url, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var connection = new NpgsqlConnection(DatabaseUrl.ToConnectionString(url));
            await connection.OpenAsync(patience.Token);
            await using var command = new NpgsqlCommand("select now()", connection);
            var serverTime = (DateTime)(await command.ExecuteScalarAsync(patience.Token))!;
            var difference = (clock.GetUtcNow() - serverTime).Duration();
            var version = connection.PostgreSqlVersion;
            return
            [
                version.Major >= OldestMajorVersion
                    ? new Finding("database", Outcome.Ok, $"PostgreSQL {version} answers.")
                    : new Finding(
                        "database", Outcome.Failed,
                        $"PostgreSQL {version} is too old; {OldestMajorVersion} is the oldest that is supported."),
                difference <= ClockTolerance
                    ? new Finding("clocks", Outcome.Ok, "This machine and the database agree on the time.")
                    : new Finding("clocks", Outcome.Failed, string.Create(CultureInfo.InvariantCulture,
                        $"This machine and the database differ by {difference.TotalSeconds:0} s; synchronise both.")),
            ];
        }
        catch (Exception unreachable) when (
            unreachable is DbException or SocketException or OperationCanceledException or IOException
            or System.Security.Authentication.AuthenticationException)
        {
            // Npgsql names host and role in its messages, never the password; the inner exception says why.
            var reason = unreachable is OperationCanceledException
                ? $"no answer in {Patience.TotalSeconds} s" : unreachable.Message;
            return [new Finding("database", Outcome.Failed, $"DATABASE_URL cannot be reached: {reason}")];
        }
    }

    private static Finding Programs()
    {
        var folders = new List<string>();
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            folders.AddRange(Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")));
        }

        folders.AddRange(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        var found = folders.Find(
            folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
        return found is null
            ? new Finding(
                "database", Outcome.Failed,
                "Neither DATABASE_URL nor the PostgreSQL server programs; install the package postgresql.")
            : new Finding("database", Outcome.Ok, $"A private cluster will use the programs in {found}.");
    }
}
