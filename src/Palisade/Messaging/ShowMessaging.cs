using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Storage;

namespace Palisade.Messaging;

/// <summary>What became of a company's messages on one channel within the last day.</summary>
internal sealed record ChannelFigures(string Channel, long Waiting, DateTimeOffset? OldestWaiting, long SentToday, long GivenUpToday);

/// <summary>SMS to a country that are stopped, and the figures that stopped them.</summary>
internal sealed record StoppedCountry(string Country, DateTimeOffset StoppedAt, DateTimeOffset EndsAt, long Sent, long Entered);

/// <summary><c>GET /api/admin/messaging</c>: whether mails and SMS get out, and which countries get no SMS.</summary>
internal static class ShowMessaging
{
    internal static async Task<IResult> HandleAsync(
        HttpContext context, PalisadeDatabase database, SmsCodes sms, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        var channels = await work.ListAsync(
            """
            SELECT channel, count(*) FILTER (WHERE state = 'waiting'), min(created_at) FILTER (WHERE state = 'waiting'),
                count(*) FILTER (WHERE state = 'sent' AND ended_at > $1), count(*) FILTER (WHERE state = 'given_up' AND ended_at > $1)
            FROM messaging.outbox WHERE tenant_id = $2 AND (state = 'waiting' OR ended_at > $1) GROUP BY channel ORDER BY channel
            """,
            [now - TimeSpan.FromDays(1), work.Tenant!.Value.Value],
            row => new ChannelFigures(
                row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2), row.GetInt64(3), row.GetInt64(4)),
            cancellationToken);
        var stops = await work.ListAsync(
            "SELECT country, stopped_at, ends_at, sent, entered FROM messaging.sms_stops WHERE ends_at > $1 ORDER BY country LIMIT 300",
            [now],
            row => new StoppedCountry(
                row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt64(3), row.GetInt64(4)),
            cancellationToken);
        return Results.Ok(new { channels, sms = new { available = sms.IsAvailable, stoppedCountries = stops } });
    }
}
