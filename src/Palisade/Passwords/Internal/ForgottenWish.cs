using System.Text.Json;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Passwords.Internal;

/// <summary>Somebody forgot the password of an address.</summary>
internal sealed class ForgottenWish(ResetMails mails) : IWish
{
    internal const string Name = "forgot-password";

    public string Kind => Name;

    public async Task FulfilAsync(UnitOfWork work, JsonElement wish, CancellationToken cancellationToken)
    {
        _ = EmailAddress.TryParse(wish.GetString(), out var email, out _);
        var user = await UserStore.FindByEmailAsync(work, email.Key, cancellationToken);
        var asked = user is null
            ? new SecurityEvent(SecurityEvents.PasswordResetRequested)
            : new SecurityEvent(SecurityEvents.PasswordResetRequested) { Tenant = user.Tenant }.On("user", user.Id);
        await work.RecordAsync(
            user is not { IsActive: true } ? asked.Refused(user is null ? "unknown_account" : $"account_{user.Status}")
                : await mails.TrySendAsync(work, user, cancellationToken) ? asked
                : asked.Refused("mailed_often_enough"),
            cancellationToken);
    }
}

/// <summary>The mail that carries a reset link, and the link.</summary>
internal sealed class ResetMails(Resets resets, Outbox outbox, PasswordOptions options, TimeProvider clock)
{
    /// <summary>Mails the account's own address a link, which is its newest when this commits.</summary>
    /// <returns>False when the mailbox had enough of them within the hour (H11): the link that was mailed last stays good.</returns>
    public async Task<bool> TrySendAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        var (token, hash) = resets.Create();
        // First the mail: a link that was mailed must not die for one that is not.
        if (!await outbox.SendAsync(
            work, Messages.PasswordReset(user.Recipient, token, options.ResetLifetime, Occasion.Of(work.Facts, clock.GetUtcNow())), cancellationToken))
        {
            return false;
        }

        await resets.OfferAsync(work, user, hash, cancellationToken);
        return true;
    }
}
