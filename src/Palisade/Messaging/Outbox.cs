using System.Text;
using Palisade.Crypto.Secrets;
using Palisade.Hardening;
using Palisade.Messaging.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Messaging;

/// <summary>Where messages wait to be sent. What is put here is sent if and only if the caller's transaction commits (I1).</summary>
/// <remarks>Nothing is sent here: no mail server can delay or fail a request.</remarks>
internal sealed class Outbox(MessageSeal seal, Wording wording, MessagingKey key, TimeProvider clock)
{
    internal static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Puts the message into the caller's transaction.</summary>
    /// <returns>False when its mailbox already got as many of this kind within the hour as it may (H11), or the same message is
    /// there already; the act itself goes on.</returns>
    public async Task<bool> SendAsync(UnitOfWork work, Message message, CancellationToken cancellationToken)
    {
        var (kind, to, now) = (message.Kind, message.To, clock.GetUtcNow());
        if (kind.Channel == Channel.Mail && !await CountAsync(work, kind, to, now, cancellationToken))
        {
            return false;
        }

        var id = Guid.CreateVersion7(now);
        return await work.ExecuteAsync(
            """
            INSERT INTO messaging.outbox (id, tenant_id, user_id, channel, template, locale, sealed, state, next_attempt_at, expires_at, created_at, dedupe_key)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $8, $10)
            ON CONFLICT (dedupe_key) DO NOTHING
            """,
            [
                id, to.Tenant.Value, to.User, kind.Channel.ToString().ToLowerInvariant(), kind.Name, wording.LocaleFor(to.Locale),
                seal.Seal(to.Tenant, id, message), now, now + message.UsefulFor,
                OrNull.Text(message.DedupeKey),
            ],
            cancellationToken) == 1;
    }

    /// <summary>The same, for what MUST NOT happen in silence.</summary>
    /// <exception cref="ProblemException">It was not taken: 429 <c>mailed_often_enough</c>. The caller's transaction must not commit.</exception>
    public async Task SendOrRefuseAsync(UnitOfWork work, Message message, CancellationToken cancellationToken)
    {
        if (!await SendAsync(work, message, cancellationToken))
        {
            throw new ProblemException(Problem.MailedOftenEnough, Hour);
        }
    }

    // One conditional write: of a thousand requests at once three pass, whatever runs beside them.
    private async Task<bool> CountAsync(UnitOfWork work, MessageKind kind, Recipient to, DateTimeOffset now, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            INSERT INTO messaging.mailbox_caps AS cap (mailbox, kind, sent, last_at) VALUES ($1, $2, ARRAY[$3], $3)
            ON CONFLICT (mailbox, kind) DO UPDATE
                SET sent = ARRAY(SELECT at FROM unnest(cap.sent) AS at WHERE at > $4) || excluded.sent, last_at = excluded.last_at
                WHERE (SELECT count(*) FROM unnest(cap.sent) AS at WHERE at > $4) < $5
            """,
            [Mailbox(to.Address), kind.Name, now, now - Hour, kind.PerHour],
            cancellationToken) == 1;

    private byte[] Mailbox(string address)
    {
        _ = EmailAddress.TryParse(address, out var email, out _);
        return KeyedHash.Compute(key.Bytes, "messaging/mailbox", Encoding.UTF8.GetBytes(email.Key ?? address));
    }
}
