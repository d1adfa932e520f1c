using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens.Internal;
using Palisade.Validation;

namespace Palisade.Accounts.Internal;

/// <summary>The move of an account to another address.</summary>
/// <remarks>
/// The new mailbox proves itself by a link; the present one is told, with a link to object, for as long as the move can still be
/// confirmed. Who objects also ends every session: somebody else was at the account.
/// </remarks>
internal sealed class EmailChanges(OneTimeTokens tokens, Outbox outbox, SessionStore sessions, AccountOptions options, TimeProvider clock)
{
    private const string Confirming = "email-change/confirm";
    private const string Objecting = "email-change/object";

    private sealed record Wish(Guid User, TenantId Tenant, string Email, string EmailKey);

    /// <summary>Mails both mailboxes. Where the wanted address has an account, its owner is told, and nobody gets the token that would move this one there.</summary>
    /// <exception cref="Palisade.Hardening.ProblemException">The present mailbox cannot be told: 429.</exception>
    public async Task RequestAsync(UnitOfWork work, UserAccount user, EmailAddress wanted, CancellationToken cancellationToken)
    {
        var owner = await UserStore.FindByEmailAsync(work, wanted.Key, cancellationToken);
        var asked = new SecurityEvent(SecurityEvents.EmailChangeRequested) { Tenant = user.Tenant }.On("user", user.Id);
        await work.RecordAsync(owner is null ? asked : asked.Refused("address_taken"), cancellationToken);
        var (confirm, confirmHash) = tokens.Create(Confirming);
        var (objection, objectHash) = tokens.Create(Objecting);
        var occasion = Occasion.Of(work.Facts, clock.GetUtcNow());
        // The same for a free and a taken address: whose mailbox is full must not tell them apart.
        await outbox.SendOrRefuseAsync(work, Messages.EmailChangeRequested(user.Recipient, objection, options.VerificationLifetime, occasion), cancellationToken);
        var mailed = await outbox.SendAsync(
            work,
            owner is null
                ? Messages.ConfirmNewEmail(user.Recipient with { Address = wanted.Value }, confirm, options.VerificationLifetime)
                : Messages.AddressAlreadyRegistered(owner.Recipient, occasion),
            cancellationToken);
        // A link that was mailed does not die for one that is not.
        await work.ExecuteAsync(
            """
            INSERT INTO accounts.email_changes AS wish (user_id, tenant_id, email, email_key, confirm_hash, object_hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, email_key = excluded.email_key, object_hash = excluded.object_hash, expires_at = excluded.expires_at,
                confirm_hash = CASE WHEN $8 OR wish.email_key <> excluded.email_key THEN excluded.confirm_hash ELSE wish.confirm_hash END
            """,
            [user.Id, user.Tenant.Value, wanted.Value, wanted.Key, confirmHash, objectHash, clock.GetUtcNow() + options.VerificationLifetime, mailed],
            cancellationToken);
    }

    public async Task<bool> ConfirmAsync(UnitOfWork work, string token, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var wish = await TakeAsync(work, "confirm_hash", tokens.Hash(Confirming, token), now, cancellationToken);
        if (wish is null
            || await UserStore.FindAsync(work, wish.User, cancellationToken) is not { } user
            || !await UserStore.TryMoveAsync(work, wish.User, wish.Email, wish.EmailKey, now, cancellationToken))
        {
            return false;
        }

        sessions.AccountChanged(work, wish.User);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.EmailChanged) { Tenant = wish.Tenant, Actor = wish.User }.On("user", wish.User), cancellationToken);
        var occasion = Occasion.Of(work.Facts, now);
        await outbox.SendAsync(work, Messages.EmailChanged(user.Recipient, occasion), cancellationToken);
        await outbox.SendAsync(work, Messages.EmailChanged(user.Recipient with { Address = wish.Email }, occasion), cancellationToken);
        return true;
    }

    public async Task<bool> ObjectAsync(UnitOfWork work, string token, CancellationToken cancellationToken)
    {
        if (await TakeAsync(work, "object_hash", tokens.Hash(Objecting, token), clock.GetUtcNow(), cancellationToken) is not { } wish)
        {
            return false;
        }

        await sessions.EndAllAsync(work, wish.User, "email_change_objected", null, cancellationToken);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.EmailChangeStopped) { Tenant = wish.Tenant, Actor = wish.User }.On("user", wish.User), cancellationToken);
        return true;
    }

    /// <summary>Uses the wish up, with both of its links: of any number of parallel callers one gets it.</summary>
    private static Task<Wish?> TakeAsync(UnitOfWork work, string column, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.FirstAsync(
            $"DELETE FROM accounts.email_changes WHERE {column} = $1 AND expires_at > $2 RETURNING user_id, tenant_id, email, email_key",
            [hash, now],
            row => new Wish(row.GetGuid(0), new TenantId(row.GetGuid(1)), row.GetString(2), row.GetString(3)),
            cancellationToken);
}
