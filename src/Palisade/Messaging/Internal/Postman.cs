using Microsoft.Extensions.Logging;
using Palisade.Audit;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Messaging.Internal;

/// <summary>Takes messages that are due out of the outbox and hands them to their transport.</summary>
/// <remarks>
/// Take (commit), send (no transaction), settle (commit). Nodes share the work: a row taken is nobody else's until its lease is
/// over. At least once: a process that dies between the provider's yes and the second commit leaves a message that goes out
/// again, with the same Message-ID.
/// </remarks>
internal sealed class Postman(
    PalisadeDatabase database, MessageSeal seal, Wording wording, IEnumerable<ITransport> transports, MessagingOptions options,
    MessageCounters counters, TimeProvider clock, ILogger<Postman> logger)
{
    // Sent side by side. All of a batch end within one send time, which is shorter than the lease.
    private const int Batch = 8;

    private static readonly RequestFacts Facts = RequestFacts.OfProcess("messages");
    private static readonly string[] Known = [.. MessageKinds.All.Keys];

    private sealed record Taken(
        Guid Id, TenantId Tenant, Guid? User, string Template, string Locale, byte[] Sealed, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

    /// <summary>Delivers a batch of one channel; answers how many were taken.</summary>
    public async Task<int> DeliverAsync(Channel channel, CancellationToken cancellationToken)
    {
        var taken = await TakeAsync(channel, cancellationToken);
        await Task.WhenAll(taken.Select(message => DeliverAsync(message, channel, cancellationToken)));
        return taken.Count;
    }

    private async Task<IReadOnlyList<Taken>> TakeAsync(Channel channel, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginSystemAsync(Facts, cancellationToken);
        // A template that only a newer node knows is left to it.
        var taken = await work.ListAsync(
            """
            UPDATE messaging.outbox SET attempts = attempts + 1, next_attempt_at = $2 WHERE id IN (
                SELECT id FROM messaging.outbox
                WHERE state = 'waiting' AND channel = $3 AND next_attempt_at <= $1 AND template = ANY($4)
                ORDER BY next_attempt_at LIMIT $5 FOR UPDATE SKIP LOCKED)
            RETURNING id, tenant_id, user_id, template, locale, sealed, attempts, created_at, expires_at
            """,
            [now, now + options.Lease, channel.ToString().ToLowerInvariant(), Known, Batch],
            row => new Taken(
                row.GetGuid(0), new TenantId(row.IsDBNull(1) ? Guid.Empty : row.GetGuid(1)), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3), row.GetString(4),
                row.GetFieldValue<byte[]>(5), row.GetInt32(6), row.GetFieldValue<DateTimeOffset>(7), row.GetFieldValue<DateTimeOffset>(8)),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return taken;
    }

    private async Task DeliverAsync(Taken message, Channel channel, CancellationToken cancellationToken)
    {
        string? problem = null;
        var forGood = message.ExpiresAt <= clock.GetUtcNow();
        if (forGood)
        {
            problem = "too_late";
        }
        else
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(options.SendTimeout);
            try
            {
                var (to, values) = await seal.OpenAsync(message.Tenant, message.Id, message.Sealed, patience.Token);
                var parcel = new Parcel(message.Id, message.CreatedAt, message.Template, to, wording.Write(message.Template, message.Locale, values));
                // The last one added wins, as elsewhere in the container.
                await transports.Last(transport => transport.Channel == channel).SendAsync(parcel, patience.Token).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return; // we are stopping; whether it went out is not known, and its lease decides
            }
            catch (Exception exception)
            {
                (problem, forGood) = exception switch
                {
                    TransportException refused => (refused.Reason, refused.ForGood),
                    OperationCanceledException => ("timeout", false),
                    _ => ("broken", false),
                };
                logger.LogWarning(exception, "Message {MessageId} of kind {Template} was not sent: {Problem}", message.Id, message.Template, problem);
            }
        }

        await SettleAsync(message, channel, problem, forGood, cancellationToken);
    }

    private async Task SettleAsync(Taken message, Channel channel, string? problem, bool forGood, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var next = now + Backoff.After(message.Attempts);
        var state = problem is null ? "sent" : forGood || next >= message.ExpiresAt ? "given_up" : "waiting";
        await using var work = await database.BeginSystemAsync(Facts, cancellationToken);
        // Only for who still holds it: a process that slept through its lease changes nothing.
        var mine = await work.ExecuteAsync(
            """
            UPDATE messaging.outbox
            SET state = $3, last_problem = nullif($4, ''), next_attempt_at = $5,
                sealed = CASE WHEN $3 = 'waiting' THEN sealed END, ended_at = CASE WHEN $3 <> 'waiting' THEN $6 END
            WHERE id = $1 AND attempts = $2 AND state = 'waiting'
            """,
            [message.Id, message.Attempts, state, problem ?? "", next, now],
            cancellationToken) == 1;
        if (mine && state == "given_up")
        {
            await work.RecordAsync(
                new SecurityEvent(SecurityEvents.MessageGivenUp)
                {
                    Tenant = message.Tenant.Value == Guid.Empty ? null : message.Tenant,
                    Details = new Dictionary<string, object?> { ["template"] = message.Template, ["attempts"] = message.Attempts },
                    EntityType = message.User is null ? null : "user",
                    EntityId = message.User?.ToString("D"),
                }.Refused(problem!),
                cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        counters.Settled(channel, message.Template, state == "waiting" ? "retried" : state);
    }
}
