using System.Text;
using Palisade.Crypto.Secrets;
using Palisade.Messaging.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Messaging;

/// <summary>Why no SMS goes to a number now.</summary>
internal enum SmsRefusal
{
    /// <summary>It goes.</summary>
    None,

    /// <summary>This installation sends no SMS.</summary>
    Unavailable,

    /// <summary>No number that takes SMS at an ordinary price: a premium one earns its owner money with every code.</summary>
    NotAMobile,

    /// <summary>The last one to this number was less than a minute ago.</summary>
    TooSoon,

    /// <summary>The number got as many within a day as it may, or the money of the day is spent.</summary>
    DailyCap,

    /// <summary>SMS to that country is stopped: hardly a code that went there was ever entered.</summary>
    CountryStopped,
}

/// <summary>Whether a code was sent, and if not, when to come back.</summary>
/// <param name="Refusal">Why not.</param>
/// <param name="RetryAfter">In whole seconds.</param>
internal readonly record struct SmsVerdict(SmsRefusal Refusal, TimeSpan RetryAfter)
{
    /// <summary>It goes.</summary>
    public static SmsVerdict Sent { get; } = new(SmsRefusal.None, TimeSpan.Zero);

    /// <summary>Not before so much time.</summary>
    public static SmsVerdict Until(SmsRefusal refusal, TimeSpan wait) => new(refusal, TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)));
}

/// <summary>The one way to send a code by SMS, and to report that it was entered (R040).</summary>
internal sealed class SmsCodes(Outbox outbox, MessagingKey key, SmsOptions options, TimeProvider clock)
{
    private const string Savepoint = "sms_limits";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Whether this installation sends SMS at all; otherwise they MUST NOT be offered.</summary>
    public bool IsAvailable => options.Provider != SmsProvider.None;

    /// <summary>Puts the code into the caller's transaction, unless a limit of this number, company or country is reached.</summary>
    /// <remarks>A refusal leaves the transaction as it was. Which limit it was is for the log, not for the caller of the API.</remarks>
    /// <param name="work">The transaction that stores the code's hash.</param>
    /// <param name="to">The account holder; its address is not used.</param>
    /// <param name="number">The verified number of the account, or the one being verified.</param>
    /// <param name="code">The code. It stands in no log, and in the database only sealed until it was sent.</param>
    /// <param name="lifetime">How long it is good for; it is not delivered later.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SmsVerdict> SendAsync(
        UnitOfWork work, Recipient to, PhoneNumber number, string code, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (!IsAvailable)
        {
            return new SmsVerdict(SmsRefusal.Unavailable, TimeSpan.Zero);
        }

        if (number.Country is not { } country || number.Kind is not (PhoneKind.Mobile or PhoneKind.FixedLineOrMobile))
        {
            return new SmsVerdict(SmsRefusal.NotAMobile, TimeSpan.Zero);
        }

        var now = clock.GetUtcNow();
        await work.Transaction.SaveAsync(Savepoint, cancellationToken);
        var verdict = await ReserveAsync(work, to, number, country, now, cancellationToken);
        if (verdict.Refusal != SmsRefusal.None)
        {
            await work.Transaction.RollbackAsync(Savepoint, cancellationToken);
            return verdict;
        }

        await CountAsync(work, country, now, sent: 1, entered: 0, cancellationToken);
        await outbox.SendAsync(work, Messages.SmsCode(to with { Address = number.E164 }, code, lifetime), cancellationToken);
        return verdict;
    }

    /// <summary>A code that went to this number was entered. The rate of these is what tells people from pumping.</summary>
    public Task ReportVerifiedAsync(UnitOfWork work, PhoneNumber number, CancellationToken cancellationToken) => number.Country is { } country
        ? CountAsync(work, country, clock.GetUtcNow(), sent: 0, entered: 1, cancellationToken)
        : Task.CompletedTask;

    // Each step is one conditional write. Always in this order, so that two callers never wait for each other.
    private async Task<SmsVerdict> ReserveAsync(UnitOfWork work, Recipient to, PhoneNumber number, CountryCode country, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await StoppedUntilAsync(work, country, now, cancellationToken) is { } stopped)
        {
            return SmsVerdict.Until(SmsRefusal.CountryStopped, stopped - now);
        }

        var hash = KeyedHash.Compute(key.Bytes, "messaging/phone", Encoding.ASCII.GetBytes(number.E164));
        if (!await ReserveNumberAsync(work, hash, now, cancellationToken))
        {
            return await RefusalOfAsync(work, hash, now, cancellationToken);
        }

        return await SpendAsync(work, $"tenant/{to.Tenant.Value:D}", options.DailyCentsPerTenant, now, cancellationToken)
            && await SpendAsync(work, $"country/{country.Value}", options.DailyCentsPerCountry, now, cancellationToken)
            ? SmsVerdict.Sent
            : SmsVerdict.Until(SmsRefusal.DailyCap, now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime);
    }

    private static async Task<DateTimeOffset?> StoppedUntilAsync(UnitOfWork work, CountryCode country, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var stopped = work.Command("SELECT ends_at FROM messaging.sms_stops WHERE country = $1 AND ends_at > $2", country.Value, now);
        return await stopped.ExecuteScalarAsync(cancellationToken) is DateTime until ? new DateTimeOffset(until, TimeSpan.Zero) : null;
    }

    private async Task<bool> ReserveNumberAsync(UnitOfWork work, byte[] number, DateTimeOffset now, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            INSERT INTO messaging.mailbox_caps AS cap (mailbox, kind, sent, last_at) VALUES ($1, 'sms_code', ARRAY[$2], $2)
            ON CONFLICT (mailbox, kind) DO UPDATE
                SET sent = ARRAY(SELECT at FROM unnest(cap.sent) AS at WHERE at > $3) || excluded.sent, last_at = excluded.last_at
                WHERE cap.last_at <= $4 AND (SELECT count(*) FROM unnest(cap.sent) AS at WHERE at > $3) < $5
            """,
            [number, now, now - Day, now - options.CoolDown, options.DailyPerNumber],
            cancellationToken) == 1;

    // For the answer alone: the write above has decided.
    private async Task<SmsVerdict> RefusalOfAsync(UnitOfWork work, byte[] number, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var read = work.Command("SELECT sent FROM messaging.mailbox_caps WHERE mailbox = $1 AND kind = 'sms_code'", number);
        var sent = (DateTime[])(await read.ExecuteScalarAsync(cancellationToken))!;
        var recent = sent.Select(at => new DateTimeOffset(at, TimeSpan.Zero)).Where(at => at > now - Day).Order().ToList();
        var nextInDay = recent.Count < options.DailyPerNumber ? TimeSpan.Zero : recent[^options.DailyPerNumber] + Day - now;
        var nextByCoolDown = recent.Count == 0 ? TimeSpan.Zero : recent[^1] + options.CoolDown - now;
        return nextInDay > nextByCoolDown ? SmsVerdict.Until(SmsRefusal.DailyCap, nextInDay) : SmsVerdict.Until(SmsRefusal.TooSoon, nextByCoolDown);
    }

    private async Task<bool> SpendAsync(UnitOfWork work, string subject, int cap, DateTimeOffset now, CancellationToken cancellationToken) =>
        options.EstimatedCents <= cap
        && await work.ExecuteAsync(
            """
            INSERT INTO messaging.sms_spending AS spent (day, subject, messages, cents) VALUES ($1, $2, 1, $3)
            ON CONFLICT (day, subject) DO UPDATE SET messages = spent.messages + 1, cents = spent.cents + $3 WHERE spent.cents + $3 <= $4
            """,
            [DateOnly.FromDateTime(now.UtcDateTime), subject, (long)options.EstimatedCents, (long)cap],
            cancellationToken) == 1;

    private static Task<int> CountAsync(UnitOfWork work, CountryCode country, DateTimeOffset now, int sent, int entered, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            INSERT INTO messaging.sms_conversion AS counted (country, slot, sent, entered) VALUES ($1, $2, $3, $4)
            ON CONFLICT (country, slot) DO UPDATE SET sent = counted.sent + $3, entered = counted.entered + $4
            """,
            [country.Value, SmsWatch.SlotOf(now), sent, entered],
            cancellationToken);
}
