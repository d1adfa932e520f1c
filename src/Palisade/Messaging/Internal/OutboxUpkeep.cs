using Microsoft.Extensions.Logging;
using Palisade.Audit;
using Palisade.Storage;

namespace Palisade.Messaging.Internal;

/// <summary>Once a minute: looks whether SMS are abused, counts what waits, removes what is over.</summary>
internal sealed class OutboxUpkeep(PalisadeDatabase database, SmsWatch watch, MessageCounters counters, TimeProvider clock, ILogger<OutboxUpkeep> logger)
    : Upkeep(TimeSpan.FromMinutes(1), logger)
{
    // Long enough to answer "did they get a mail?", and for a dedupe key to have done its work.
    private static readonly TimeSpan EndedLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan CapLife = TimeSpan.FromDays(2);

    private static readonly RequestFacts Facts = RequestFacts.OfProcess("messages");

    public override async Task<int> RunAsync(CancellationToken cancellationToken)
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
        removed += await RemoveAsync(work, "messaging.outbox", "ended_at < $1", now - EndedLife, cancellationToken);
        removed += await RemoveAsync(work, "messaging.mailbox_caps", "last_at < $1", now - CapLife, cancellationToken);
        removed += await RemoveAsync(work, "messaging.sms_spending", "day < ($1 AT TIME ZONE 'UTC')::date", now - EndedLife, cancellationToken);
        removed += await RemoveAsync(work, "messaging.sms_conversion", "slot < $1", now - CapLife, cancellationToken);
        removed += await RemoveAsync(work, "messaging.sms_stops", "ends_at < $1", now - EndedLife, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return removed;
    }
}
