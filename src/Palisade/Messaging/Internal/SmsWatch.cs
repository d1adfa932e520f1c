using Palisade.Audit;
using Palisade.Storage;

namespace Palisade.Messaging.Internal;

/// <summary>Stops SMS to a country where hardly any code that was sent is ever entered: that is what pumping looks like.</summary>
/// <remarks>
/// People enter most of their codes; who lives from the price of SMS enters none. What the budget of the day allows can still be
/// lost; this ends it earlier. A stop ends by itself, and the country gets another chance.
/// </remarks>
internal sealed class SmsWatch(PalisadeDatabase database, SmsOptions options, TimeProvider clock)
{
    // Codes sent a moment ago may still be entered. They count once their slot is this old.
    private static readonly TimeSpan Maturity = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(10);

    private sealed record Stopped(string Country, long Sent, long Entered);

    public static DateTimeOffset SlotOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % Slot.Ticks), TimeSpan.Zero);

    /// <summary>Looks at every country; of many nodes that look at once, one stops it and records that.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("messages"), cancellationToken);
        var stopped = await work.ListAsync(
            """
            INSERT INTO messaging.sms_stops AS stop (country, stopped_at, ends_at, sent, entered)
            SELECT country, $1, $2, sent, entered FROM (
                SELECT country, coalesce(sum(sent) FILTER (WHERE slot <= $3), 0) AS sent, sum(entered) AS entered
                FROM messaging.sms_conversion WHERE slot > $4 GROUP BY country) AS counted
            WHERE sent >= $5 AND entered < sent * $6::double precision
            ON CONFLICT (country) DO UPDATE
                SET stopped_at = excluded.stopped_at, ends_at = excluded.ends_at, sent = excluded.sent, entered = excluded.entered
                WHERE stop.ends_at <= $1
            RETURNING country, sent, entered
            """,
            [now, now + options.StopDuration, now - Maturity, now - options.WatchWindow, options.WatchSamples, options.WatchConversion],
            row => new Stopped(row.GetString(0), row.GetInt64(1), row.GetInt64(2)),
            cancellationToken);
        foreach (var country in stopped)
        {
            await work.RecordAsync(
                new SecurityEvent(SecurityEvents.SmsCountryStopped)
                {
                    EntityType = "country",
                    EntityId = country.Country,
                    Details = new Dictionary<string, object?> { ["sent"] = country.Sent, ["entered"] = country.Entered },
                },
                cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
    }
}
