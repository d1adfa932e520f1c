using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>Holds: for a while nobody works as an account, and then everything is as it was (R013).</summary>
/// <remarks>
/// Sign-in by any factor, refresh, recovery and every request are refused as for an account that is locked. Nothing is revoked:
/// sessions and tokens that are still good when the hold ends are good again. A mailed reset of the password works meanwhile; it
/// signs nobody in, and is what the holder is asked to do.
/// </remarks>
internal sealed class AccountHolds(SessionStore sessions, Outbox outbox, AccountOptions options, TimeProvider clock)
{
    /// <summary>Holds an active account in the caller's transaction; its holder is mailed. Once that is committed this node refuses it, the others within a second.</summary>
    /// <param name="work">The caller's transaction.</param>
    /// <param name="user">Whose account.</param>
    /// <param name="reason">For the log.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="duration">Default: <see cref="AccountOptions.HoldDuration"/>.</param>
    /// <returns>False when it is held already, or not active. A hold does not grow, and is told once, however many parallel callers want it.</returns>
    public async Task<bool> HoldAsync(UnitOfWork work, UserAccount user, string reason, CancellationToken cancellationToken, TimeSpan? duration = null)
    {
        var (now, length) = (clock.GetUtcNow(), duration ?? options.HoldDuration);
        if (await work.ExecuteAsync(
            "UPDATE accounts.users SET held_until = $2, updated_at = $3 WHERE id = $1 AND status = 'active' AND (held_until IS NULL OR held_until <= $3)",
            [user.Id, now + length, now],
            cancellationToken) != 1)
        {
            return false;
        }

        sessions.AccountChanged(work, user.Id);
        var held = new SecurityEvent(SecurityEvents.AccountHeld) { Tenant = user.Tenant, Details = new Dictionary<string, object?> { ["seconds"] = (long)length.TotalSeconds } };
        await work.RecordAsync(held.On("user", user.Id).Refused(reason), cancellationToken);
        await outbox.SendAsync(work, Messages.AccountLocked(user.Recipient, LockReason.SuspiciousActivity, length, Occasion.Of(work.Facts, now)), cancellationToken);
        return true;
    }
}
