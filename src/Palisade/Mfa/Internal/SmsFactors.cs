using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crypto.Envelopes;
using Palisade.Encryption;
using Palisade.Messaging;
using Palisade.Storage;
using Palisade.Tokens.Internal;
using Palisade.Validation;

namespace Palisade.Mfa.Internal;

/// <summary>Codes by SMS: six digits, five minutes, five tries, one use, one a minute; the number sealed, the code kept as a keyed hash.</summary>
/// <remarks>
/// A code belongs to one request (a sign-in's challenge, a step-up's session, an enrolment) and is none for another (ASVS V6.6.2). It lives in
/// PostgreSQL and not in Redis: what was spent stays spent whatever Redis forgets.
/// </remarks>
internal sealed class SmsFactors(PalisadeDatabase database, KeyRing ring, OneTimeTokens tokens, SmsCodes messages, TimeProvider clock)
{
    internal static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    private const int Tries = 5;

    private sealed record Kept(byte[] Phone);

    public static string NewCode() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>The binding of the code that confirms a number.</summary>
    public static CeremonyFor Enrollment(Guid user) => new("enroll", user.ToString("N"));

    /// <summary>Keeps a number beside the active one until a code that was sent to it came back.</summary>
    public async Task BeginAsync(UnitOfWork work, UserAccount user, PhoneNumber phone, CancellationToken cancellationToken)
    {
        using var key = DataKeyOf(ring.Active(KeyPurpose.PhoneNumbers));
        await work.ExecuteAsync(
            """
            INSERT INTO mfa.sms_factors (user_id, tenant_id, state, sealed_phone, created_at) VALUES ($1, $2, 'pending', $3, $4)
            ON CONFLICT (user_id, state) DO UPDATE SET sealed_phone = excluded.sealed_phone, created_at = excluded.created_at
            """,
            [user.Id, user.Tenant.Value, EnvelopeV1.Seal(key, PlaceOf(user), Encoding.ASCII.GetBytes(phone.E164)), clock.GetUtcNow()],
            cancellationToken);
    }

    /// <summary>Sends a fresh code for this request; an earlier one for it is dead. <see langword="null"/> when the account has no such number.</summary>
    public async Task<SmsVerdict?> SendAsync(UnitOfWork work, UserAccount user, string state, CeremonyFor what, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await FindPhoneAsync(work, user, state, cancellationToken) is not { } phone)
        {
            return null;
        }

        // Whatever is asked for, and however many ask at once: one a minute to one account.
        if (await work.ExecuteAsync(
            "UPDATE mfa.sms_factors SET last_sent_at = $3 WHERE user_id = $1 AND state = $2 AND NOT EXISTS (SELECT FROM mfa.sms_factors WHERE user_id = $1 AND last_sent_at > $4)",
            [user.Id, state, now, now - Pause],
            cancellationToken) == 0)
        {
            return new SmsVerdict(SmsRefusal.TooSoon, Pause);
        }

        var code = NewCode();
        await work.ExecuteAsync("DELETE FROM mfa.sms_codes WHERE user_id = $1 AND expires_at < $2", [user.Id, now], cancellationToken);
        await work.ExecuteAsync(
            """
            INSERT INTO mfa.sms_codes (binding, user_id, tenant_id, hash, expires_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (binding) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at, attempts = 0, consumed_at = NULL
            """,
            [BindingOf(what), user.Id, user.Tenant.Value, Hash(user.Id, what, code), now + CodeLife],
            cancellationToken);
        return await messages.SendAsync(work, user.Recipient, phone, code, CodeLife, cancellationToken);
    }

    /// <summary>Counts one try against the code of a request, and commits that before anything is compared.</summary>
    public async Task TakeTryAsync(RequestFacts facts, Guid user, CeremonyFor what, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await work.ExecuteAsync("UPDATE mfa.sms_codes SET attempts = attempts + 1 WHERE binding = $1 AND user_id = $2", [BindingOf(what), user], cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    /// <summary>Spends a code whose try was taken: one conditional write.</summary>
    public async Task<bool> TrySpendAsync(UnitOfWork work, UserAccount user, string state, string? code, CeremonyFor what, CancellationToken cancellationToken)
    {
        if (await work.ExecuteAsync(
            "UPDATE mfa.sms_codes SET consumed_at = $5 WHERE binding = $1 AND user_id = $2 AND hash = $3 AND attempts <= $4 AND consumed_at IS NULL AND expires_at > $5",
            [BindingOf(what), user.Id, Hash(user.Id, what, code ?? ""), Tries, clock.GetUtcNow()],
            cancellationToken) != 1)
        {
            return false;
        }

        if (await FindPhoneAsync(work, user, state, cancellationToken) is { } phone)
        {
            await messages.ReportVerifiedAsync(work, phone, cancellationToken);
        }

        return true;
    }

    /// <summary>Makes the number that was just confirmed the factor.</summary>
    public async Task<bool> ActivateAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken)
    {
        await Factors.LockAsync(work, user, cancellationToken);
        await work.ExecuteAsync("DELETE FROM mfa.sms_factors WHERE user_id = $1 AND state = 'active'", [user], cancellationToken);
        return await work.ExecuteAsync(
            "UPDATE mfa.sms_factors SET state = 'active', confirmed_at = $2 WHERE user_id = $1 AND state = 'pending'", [user, clock.GetUtcNow()], cancellationToken) == 1;
    }

    private async Task<PhoneNumber?> FindPhoneAsync(UnitOfWork work, UserAccount user, string state, CancellationToken cancellationToken)
    {
        if (await work.FirstAsync(
                "SELECT sealed_phone FROM mfa.sms_factors WHERE user_id = $1 AND state = $2", [user.Id, state], row => new Kept(row.GetFieldValue<byte[]>(0)), cancellationToken) is not { } kept
            || !EnvelopeV1.TryReadKeyId(kept.Phone, out var keyId))
        {
            return null;
        }

        using var key = await ring.FindAsync(KeyPurpose.PhoneNumbers, keyId, cancellationToken) is { } ringKey ? DataKeyOf(ringKey) : null;
        // E.164 names its country itself.
        return PhoneNumber.Parse(Encoding.ASCII.GetString(EnvelopeV1.Open(id => id == keyId ? key : null, PlaceOf(user), kept.Phone)), default);
    }

    private byte[] Hash(Guid user, CeremonyFor what, string code) => tokens.Hash($"sms-code/{user:N}/{BindingOf(what)}", code);

    private static string BindingOf(CeremonyFor what) => $"{what.Purpose}/{what.Binding}";

    private static DataKey DataKeyOf(RingKey key) => new(key.Id, key.Bytes);

    private static Place PlaceOf(UserAccount user) => new(user.Tenant.Value, "mfa.sms_factors", "sealed_phone", user.Id.ToString("N"));
}
