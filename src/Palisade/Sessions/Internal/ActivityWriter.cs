using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Sessions.Internal;

/// <summary>Writes down which sessions were used: all of them in one statement, every ten seconds. A crash loses at most that.</summary>
/// <remarks>
/// It never waits for a row that somebody else has locked (a revocation, a refresh): two that wait for each other's rows would
/// end the wrong one of them. What was skipped is tried again for three rounds; then the session is over, or was used elsewhere since.
/// Who writes a use that is not where, or not by what, the last one was, records the move. It is a sign and never a refusal: people
/// change networks all day, and who stole a cookie can copy a browser's name.
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
        IReadOnlySet<Guid> written;
        try
        {
            written = await UpdateAsync(batch, cancellationToken);
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

    private async Task<IReadOnlySet<Guid>> UpdateAsync(List<(Activity Activity, Use Use)> batch, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("activity"), cancellationToken);
        var written = await work.ListAsync(
            """
            WITH free AS (
                SELECT id, coalesce(last_ip, ip) AS ip, user_agent FROM sessions.sessions
                WHERE id = ANY ($1) AND revoked_at IS NULL FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE sessions.sessions s
            SET last_seen_at = u.at, last_ip = u.ip, last_method = u.method, last_route = u.route, user_agent = u.agent
            FROM unnest($1, $2, $3, $4, $5, $6) AS u (id, at, ip, method, route, agent), free
            WHERE s.id = u.id AND free.id = u.id AND s.last_seen_at < u.at
            RETURNING s.id, s.user_id, s.tenant_id, free.ip, free.user_agent
            """,
            [
                batch.Select(item => item.Activity.Session).ToArray(),
                batch.Select(item => item.Use.At).ToArray(),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Inet, Value = batch.Select(item => item.Use.Address).ToArray() },
                batch.Select(item => item.Use.Method).ToArray(),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = batch.Select(item => item.Use.Route).ToArray() },
                batch.Select(item => item.Use.Agent).ToArray(),
            ],
            Written.Read,
            cancellationToken);
        var uses = batch.ToDictionary(item => item.Activity.Session, item => item.Use);
        foreach (var before in written)
        {
            if (Move(before, uses[before.Session]) is { } move)
            {
                await work.RecordAsync(move, Facts(uses[before.Session]), cancellationToken);
            }
        }

        await work.CommitAsync(cancellationToken);
        return written.Select(before => before.Session).ToHashSet();
    }

    private static SecurityEvent? Move(Written before, Use use)
    {
        var network = ClientNetwork.Of(before.Address) != ClientNetwork.Of(use.Address);
        var agent = (before.Agent ?? "") != use.Agent;
        return !network && !agent ? null : new SecurityEvent(SecurityEvents.SessionMoved)
        {
            Tenant = before.Tenant,
            Actor = before.User,
            Session = before.Session,
            Details = new Dictionary<string, object?> { ["network"] = network, ["client"] = agent },
        }.On("user", before.User);
    }

    private static RequestFacts Facts(Use use) => new("-", use.Method, use.Route, use.Address, use.Agent, Caller: null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The use of sessions was not written; the next round tries again")]
    private partial void WritingFailed(Exception exception);

    /// <summary>A row that was written, and what it said of the use before.</summary>
    private sealed record Written(Guid Session, Guid User, TenantId Tenant, IPAddress? Address, string? Agent)
    {
        public static Written Read(NpgsqlDataReader row) => new(
            row.GetGuid(0), row.GetGuid(1), new TenantId(row.GetGuid(2)), row.IsDBNull(3) ? null : row.GetFieldValue<IPAddress>(3), row.IsDBNull(4) ? null : row.GetString(4));
    }
}
