using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Passwords.Internal;

/// <summary>The one way an account gets another password: what was built on the old one ends in the same transaction.</summary>
internal sealed class Replacement(SessionStore sessions, PasswordHistory history, Challenges challenges, Outbox outbox, TimeProvider clock)
{
    /// <summary>Sets the hash, ends every session but the one named, voids open challenges and reset links, and tells the holder.</summary>
    /// <returns>False when the account may not sign in any more, or its password is no longer the one it had in <paramref name="user"/>.</returns>
    public async Task<bool> RunAsync(
        UnitOfWork work, UserAccount user, string hash, SecurityEventType type, Guid? except, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!await UserStore.TryReplacePasswordAsync(work, user, hash, now, cancellationToken))
        {
            return false;
        }

        await history.RememberAsync(work, user, cancellationToken);
        await work.ExecuteAsync("DELETE FROM passwords.resets WHERE user_id = $1", [user.Id], cancellationToken);
        await challenges.VoidAllAsync(work, user.Id, cancellationToken);
        await sessions.EndAllAsync(work, user.Id, type.Name.ToLowerInvariant(), except, cancellationToken);
        await work.RecordAsync(new SecurityEvent(type) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id), cancellationToken);
        await outbox.SendAsync(work, Messages.PasswordChanged(user.Recipient, Occasion.Of(work.Facts, now)), cancellationToken);
        return true;
    }
}
