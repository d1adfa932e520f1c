using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Palisade.Storage;

namespace Palisade.Sessions.Internal;

/// <summary>Follows <c>sessions.changes</c>, so that what this node keeps in memory never outlives a committed change by more than a second.</summary>
/// <remarks>
/// <code>
///     not yet begun --first poll--> fresh --no poll for 1 s--> stale --a poll--> fresh
/// </code>
/// A poll reads every change of a transaction that had not ended when the poll before it looked (<c>xid >= xmin of that
/// snapshot</c>), and skips those it has seen by id. Ids are given out before commits and become visible in any order; a reader
/// that remembered the highest would miss what commits late. A long transaction only makes the re-read longer.
/// Fresh means: the last poll that succeeded BEGAN less than a second ago. So a node that uses its memory knows every change
/// that was committed a second ago or earlier, by construction; a node that cannot know asks PostgreSQL instead.
/// </remarks>
internal sealed partial class RevocationStream : BackgroundService
{
    /// <summary>How far behind a node may be and still use what it keeps in memory.</summary>
    internal static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private const string Sql = """
        SELECT pg_snapshot_xmin(pg_current_snapshot()), clock_timestamp() - c.written_at, c.id, c.session_id, c.user_id
        FROM (SELECT) AS always LEFT JOIN sessions.changes c ON c.xid >= $1
        """;

    private readonly PalisadeDatabase database;
    private readonly RecentChanges changes;
    private readonly TimeProvider clock;
    private readonly ILogger<RevocationStream> logger;
    private readonly SemaphoreSlim bell = new(0, 1);
    private readonly SemaphoreSlim turn = new(1);
    private HashSet<long> seen = [];
    private ulong? xmin;
    private readonly long startedAt;
    private long followedAt;
    private double appliedLag;

    public RevocationStream(PalisadeDatabase database, RecentChanges changes, TimeProvider clock, IMeterFactory meters, ILogger<RevocationStream> logger)
    {
        (this.database, this.changes, this.clock, this.logger) = (database, changes, clock, logger);
        startedAt = clock.GetTimestamp();
        var meter = meters.Create("Palisade");
        meter.CreateObservableGauge(
            "palisade_revocation_lag_seconds", () => Age.TotalSeconds, description: "No committed revocation older than this is unknown here");
        meter.CreateObservableGauge(
            "palisade_revocation_applied_lag_seconds", () => Volatile.Read(ref appliedLag), description: "How long after it was written, at most, the last change was heard of");
    }

    /// <summary>Whether what is in memory may be used; otherwise PostgreSQL is to be asked.</summary>
    public bool IsFresh => Volatile.Read(ref followedAt) != 0 && Age < StaleAfter;

    private TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref followedAt) is not 0 and var at ? at : startedAt);

    /// <summary>Something was committed somewhere: look now, and not at the next beat.</summary>
    public void Wake() => bell.ReleaseOnce();

    /// <summary>Hears of every change that was committed before this was called.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL does not answer.</exception>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await PollAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
                failing = false;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or ObjectDisposedException && !stoppingToken.IsCancellationRequested)
            {
                if (!failing)
                {
                    FollowingFailed(exception);
                }

                failing = true;
            }

            changes.Prune();
            await bell.WaitAsync(Interval, stoppingToken);
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        var (began, before) = (clock.GetTimestamp(), Volatile.Read(ref followedAt));
        var from = new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Xid8, Value = xmin ?? ulong.MaxValue };
        var rows = await database.WatchAsync(Sql, from, Read, cancellationToken);
        var lag = TimeSpan.Zero;
        foreach (var row in rows)
        {
            if (row.Id is { } id && !seen.Contains(id))
            {
                changes.Apply((row.Session ?? row.Account)!.Value);
                lag = row.Age > lag ? row.Age : lag;
            }
        }

        if (xmin is null || rows[0].Xmin < xmin)
        {
            // What was read before the first poll, nobody followed. And transactions never count backwards: where they do, this is
            // another database than a moment ago, restored from a backup.
            changes.ApplyToAll();
        }

        if (lag > TimeSpan.Zero)
        {
            // Its transaction may have been open for long; what the poll before this one did not see was not committed then.
            var since = before == 0 ? lag : clock.GetElapsedTime(before);
            Volatile.Write(ref appliedLag, Math.Min(lag.TotalSeconds, since.TotalSeconds));
        }

        seen = [.. rows.Where(row => row.Id is not null).Select(row => row.Id!.Value)];
        xmin = rows[0].Xmin;
        Volatile.Write(ref followedAt, began);
    }

    private static Row Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<ulong>(0), row.IsDBNull(1) ? TimeSpan.Zero : row.GetTimeSpan(1), row.IsDBNull(2) ? null : row.GetInt64(2),
        row.IsDBNull(3) ? null : row.GetGuid(3), row.IsDBNull(4) ? null : row.GetGuid(4));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Revocations cannot be followed; until they can, every request asks PostgreSQL")]
    private partial void FollowingFailed(Exception exception);

    private sealed record Row(ulong Xmin, TimeSpan Age, long? Id, Guid? Session, Guid? Account);
}
