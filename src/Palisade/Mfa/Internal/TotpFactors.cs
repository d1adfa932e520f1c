using System.Security.Cryptography;
using Palisade.Accounts.Internal;
using Palisade.Crypto.Envelopes;
using Palisade.Crypto.Totp;
using Palisade.Encryption;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Mfa.Internal;

/// <summary>TOTP seeds, sealed to their owner's row; and the last step each accepted, so that no code is taken twice (RFC 6238 section 5.2).</summary>
internal sealed class TotpFactors(KeyRing ring, MfaOptions options, CodeClock codeClock, TimeProvider clock)
{
    private sealed record Sealed(byte[] Seed, HashAlgorithmName Algorithm, DateTimeOffset ReadAt);

    /// <summary>The hash of the factors enrolled from now on.</summary>
    public HashAlgorithmName Algorithm { get; } = new(options.TotpAlgorithm);

    public static async Task<bool> HasActiveAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) =>
        await FindAsync(work, user, "active", cancellationToken) is not null;

    /// <summary>Puts a new seed beside the active one; it counts only once confirmed (R030, R031).</summary>
    public async Task<TotpSeed> BeginAsync(UnitOfWork work, UserAccount user, CancellationToken cancellationToken)
    {
        var seed = TotpSeed.Create(Algorithm == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes : TotpSeed.RecommendedSize);
        using var key = DataKeyOf(ring.Active(KeyPurpose.TotpSeeds));
        await work.ExecuteAsync(
            """
            INSERT INTO mfa.totp_factors (user_id, tenant_id, state, sealed_seed, created_at, algorithm) VALUES ($1, $2, 'pending', $3, $4, $5)
            ON CONFLICT (user_id, state) DO UPDATE SET sealed_seed = excluded.sealed_seed, created_at = excluded.created_at, algorithm = excluded.algorithm, last_step = 0
            """,
            [user.Id, user.Tenant.Value, EnvelopeV1.Seal(key, PlaceOf(user.Tenant, user.Id), seed.Bytes), clock.GetUtcNow(), Algorithm.Name],
            cancellationToken);
        return seed;
    }

    /// <summary>Takes a code of the active factor: right, and of a later step than any before it.</summary>
    public async Task<bool> TryUseAsync(UnitOfWork work, TenantId tenant, Guid user, string? code, CancellationToken cancellationToken) =>
        await MatchAsync(work, tenant, user, "active", code, cancellationToken) is { } step
        && await work.ExecuteAsync(
            "UPDATE mfa.totp_factors SET last_step = $2 WHERE user_id = $1 AND state = 'active' AND last_step < $2", [user, step], cancellationToken) == 1;

    /// <summary>Makes the pending seed the active one when the code is right.</summary>
    /// <param name="work">The caller's transaction.</param>
    /// <param name="tenant">The account's company.</param>
    /// <param name="user">The account.</param>
    /// <param name="code">The first code of the pending seed.</param>
    /// <param name="replace">Whether an active factor may give way: only to somebody who has just shown it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> TryConfirmAsync(UnitOfWork work, TenantId tenant, Guid user, string? code, bool replace, CancellationToken cancellationToken)
    {
        await Factors.LockAsync(work, user, cancellationToken);
        if (await MatchAsync(work, tenant, user, "pending", code, cancellationToken) is not { } step
            || (!replace && await HasActiveAsync(work, user, cancellationToken)))
        {
            return false;
        }

        await work.ExecuteAsync("DELETE FROM mfa.totp_factors WHERE user_id = $1 AND state = 'active'", [user], cancellationToken);
        return await work.ExecuteAsync(
            "UPDATE mfa.totp_factors SET state = 'active', last_step = $2, confirmed_at = $3 WHERE user_id = $1 AND state = 'pending'",
            [user, step, clock.GetUtcNow()],
            cancellationToken) == 1;
    }

    private async Task<long?> MatchAsync(UnitOfWork work, TenantId tenant, Guid user, string state, string? code, CancellationToken cancellationToken)
    {
        if (await FindAsync(work, user, state, cancellationToken) is not { } factor || !EnvelopeV1.TryReadKeyId(factor.Seed, out var keyId))
        {
            return null;
        }

        using var key = await ring.FindAsync(KeyPurpose.TotpSeeds, keyId, cancellationToken) is { } ringKey ? DataKeyOf(ringKey) : null;
        var seed = TotpSeed.FromBytes(EnvelopeV1.Open(id => id == keyId ? key : null, PlaceOf(tenant, user), factor.Seed));
        var now = Totp.StepAt(codeClock.Now(factor.ReadAt));
        return Totp.TryMatch(seed, code, now, options.StepsBack, options.StepsForward, out var step, factor.Algorithm) ? step : null;
    }

    private static Task<Sealed?> FindAsync(UnitOfWork work, Guid user, string state, CancellationToken cancellationToken) =>
        work.FirstAsync(
            "SELECT sealed_seed, algorithm, clock_timestamp() FROM mfa.totp_factors WHERE user_id = $1 AND state = $2",
            [user, state],
            row => new Sealed(row.GetFieldValue<byte[]>(0), new HashAlgorithmName(row.GetString(1)), row.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken);

    private static DataKey DataKeyOf(RingKey key) => new(key.Id, key.Bytes);

    private static Place PlaceOf(TenantId tenant, Guid user) => new(tenant.Value, "mfa.totp_factors", "sealed_seed", user.ToString("N"));
}
