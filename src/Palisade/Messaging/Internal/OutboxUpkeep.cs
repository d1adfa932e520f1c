using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Audit;
using Palisade.Storage;

namespace Palisade.Messaging.Internal;

/// <summary>Once a minute: looks whether SMS are abused, counts what waits, removes what is over.</summary>
internal sealed class OutboxUpkeep(PalisadeDatabase database, SmsWatch watch, MessageCounters counters, TimeProvider clock, ILogger<OutboxUpkeep> logger)
    : BackgroundService
{
    // Long enough to answer "did they get a mail?", and for a dedupe key to have done its work.
    private static readonly TimeSpan EndedLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan CapLife = TimeSpan.FromDays(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Bounded, so that a million rows are many short transactions and never a long one.
    private const int Batch = 10_000;

    private static readonly RequestFacts Facts = RequestFacts.OfProcess("messages");

    /// <summary>One round; answers how many rows went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await watch.LookAsync(cancellationToken);
        await using var work = await database.BeginSystemAsync(Facts, cancellationToken);
        counters.Waiting = await work.ListAsync(
            "SELECT channel, count(*), min(created_at) FROM messaging.outbox WHERE state = 'waiting' GROUP BY channel",
            [],
            row => new WaitingMessages(row.GetString(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken);
        var now = clock.GetUtcNow();
        var removed = 0;
        removed += await RemoveAsync(work, "outbox", "ended_at < $1", now - EndedLife, cancellationToken);
        removed += await RemoveAsync(work, "mailbox_caps", "last_at < $1", now - CapLife, cancellationToken);
        removed += await RemoveAsync(work, "sms_spending", "day < ($1 AT TIME ZONE 'UTC')::date", now - EndedLife, cancellationToken);
        removed += await RemoveAsync(work, "sms_conversion", "slot < $1", now - CapLife, cancellationToken);
        removed += await RemoveAsync(work, "sms_stops", "ends_at < $1", now - EndedLife, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await RunAsync(stoppingToken) >= Batch)
                {
                }
            }
            catch (NpgsqlException exception)
            {
                logger.LogWarning(exception, "The outbox was not looked after; the next round tries again");
            }
        }
    }

    private static Task<int> RemoveAsync(UnitOfWork work, string table, string over, DateTimeOffset before, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            $"DELETE FROM messaging.{table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM messaging.{table} WHERE {over} LIMIT {Batch} FOR UPDATE SKIP LOCKED))",
            [before],
            cancellationToken);
}
