using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Palisade.Audit;
using Palisade.Storage;

namespace Palisade.Sessions.Internal;

/// <summary>Writes down which sessions were used: all of them in one statement, every ten seconds. A crash loses at most that.</summary>
/// <remarks>
/// It never waits for a row that somebody else has locked (a revocation, a refresh): two that wait for each other's rows would
/// end the wrong one of them. What was skipped is tried again for three rounds; then the session is over, or was used elsewhere since.
/// </remarks>
internal sealed partial class ActivityWriter(PalisadeDatabase database, ILogger<ActivityWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, Activity> used = new();
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>The session was used; a later round writes it.</summary>
    public void Remember(Activity activity) => used.TryAdd(activity.Session, activity);

    /// <summary>What is still to be written of this session's use, or <see langword="null"/>.</summary>
    public Activity? Pending(Guid session) => used.GetValueOrDefault(session);

    /// <summary>Writes what was remembered before this was called.</summary>
    /// <exception cref="NpgsqlException">It could not be written; it is still remembered.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            // Taken out first: what is used while this is written is in the next round.
            var batch = used.Keys.Select(id => used.TryRemove(id, out var activity) ? activity : null).OfType<Activity>()
                .Select(activity => (Activity: activity, Use: activity.Latest!)).ToList();
            if (batch.Count > 0)
            {
                await WriteAsync(batch, cancellationToken);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryWriteAsync(stoppingToken);
        }
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or ObjectDisposedException)
        {
            WritingFailed(exception);
        }
    }

    private async Task WriteAsync(List<(Activity Activity, Use Use)> batch, CancellationToken cancellationToken)
    {
        HashSet<Guid> written;
        try
        {
            written = [.. await UpdateAsync(batch, cancellationToken)];
        }
        catch
        {
            batch.ForEach(item => Remember(item.Activity));
            throw;
        }

        foreach (var (activity, use) in batch)
        {
            if (written.Contains(activity.Session))
            {
                activity.WrittenUpTo(use.At);
            }
            else if (activity.MayBeTriedAgain())
            {
                Remember(activity);
            }
        }
    }

    private async Task<IReadOnlyList<Guid>> UpdateAsync(List<(Activity Activity, Use Use)> batch, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("activity"), cancellationToken);
        var written = await work.ListAsync(
            """
            WITH free AS (SELECT id FROM sessions.sessions WHERE id = ANY ($1) AND revoked_at IS NULL FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE sessions.sessions s
            SET last_seen_at = u.at, last_ip = u.ip, last_method = u.method, last_route = u.route
            FROM unnest($1, $2, $3, $4, $5) AS u (id, at, ip, method, route), free
            WHERE s.id = u.id AND free.id = u.id AND s.last_seen_at < u.at
            RETURNING s.id
            """,
            [
                batch.Select(item => item.Activity.Session).ToArray(),
                batch.Select(item => item.Use.At).ToArray(),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Inet, Value = batch.Select(item => item.Use.Address).ToArray() },
                batch.Select(item => item.Use.Method).ToArray(),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = batch.Select(item => item.Use.Route).ToArray() },
            ],
            row => row.GetGuid(0),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return written;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The use of sessions was not written; the next round tries again")]
    private partial void WritingFailed(Exception exception);
}
