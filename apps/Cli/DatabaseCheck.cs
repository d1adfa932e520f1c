using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Palisade.Configuration;
using Palisade.Storage;

namespace Palisade.Cli;

/// <summary>Whether the configured database answers, or the programs for a private one are installed.</summary>
internal static class DatabaseCheck
{
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
                version.Major >= PostgresPrograms.OldestVersion
                    ? new Finding("database", Outcome.Ok, $"PostgreSQL {version} answers.")
                    : new Finding(
                        "database", Outcome.Failed,
                        $"PostgreSQL {version} is too old; {PostgresPrograms.OldestVersion} is the oldest that is supported."),
                difference <= ClockTolerance
                    ? new Finding("clocks", Outcome.Ok, "This machine and the database agree on the time.")
                    : new Finding("clocks", Outcome.Failed, string.Create(CultureInfo.InvariantCulture,
                        $"This machine and the database differ by {difference.TotalSeconds:0} s; synchronise both.")),
                await ImportedHashCheck.RunAsync(connection, patience.Token),
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

    private static Finding Programs() => PostgresPrograms.Newest() is { } programs
        ? new Finding("database", Outcome.Ok, $"A private cluster will use the programs in {programs.Folder}.")
        : new Finding(
            "database", Outcome.Failed,
            $"Neither DATABASE_URL nor PostgreSQL {PostgresPrograms.OldestVersion} or newer; install the package postgresql.");
}
