using Microsoft.AspNetCore.Identity;
using Npgsql;
using NpgsqlTypes;
using Palisade.Accounts.Internal;
using Palisade.Storage;

namespace Palisade.Mfa.Internal;

/// <summary>Why a passkey that proved itself was not taken.</summary>
internal enum PasskeyRefusal
{
    None,

    /// <summary>Its authenticator is of a model this installation does not take.</summary>
    Authenticator,

    /// <summary>The account has as many as it may have.</summary>
    TooMany,

    /// <summary>It is registered already, here or for somebody else.</summary>
    Known,
}

/// <summary>The passkeys that accounts have.</summary>
internal sealed class Passkeys(MfaOptions options, TimeProvider clock)
{
    /// <summary>Adds a passkey unless a rule is against it. MUST be called under <see cref="Factors.LockAsync"/>.</summary>
    public async Task<PasskeyRefusal> TryAddAsync(UnitOfWork work, UserAccount user, Guid id, string name, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var aaguid = AttestationObject.Read(passkey.AttestationObject).Aaguid;
        if (options.PasskeyDenied.Contains(aaguid) || (options.PasskeyAllowed.Count > 0 && !options.PasskeyAllowed.Contains(aaguid)))
        {
            return PasskeyRefusal.Authenticator;
        }

        if ((await Factors.OfAsync(work, user.Id, cancellationToken)).Passkeys >= options.PasskeyLimit)
        {
            return PasskeyRefusal.TooMany;
        }

        return await work.ExecuteAsync(
            """
            INSERT INTO mfa.passkeys (credential_id, id, tenant_id, user_id, name, public_key, sign_count, transports, aaguid, backup_eligible, backed_up, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (credential_id) DO NOTHING
            """,
            [
                passkey.CredentialId, id, user.Tenant.Value, user.Id, name, passkey.PublicKey, (long)passkey.SignCount,
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = passkey.Transports ?? [] },
                aaguid, passkey.IsBackupEligible, passkey.IsBackedUp, clock.GetUtcNow(),
            ],
            cancellationToken) == 1
            ? PasskeyRefusal.None
            : PasskeyRefusal.Known;
    }

    /// <summary>Moves the counter on. An authenticator that counts and does not count upwards is one of two (WebAuthn 3, section 6.1.1).</summary>
    public async Task<bool> TryCountAsync(UnitOfWork work, ShownPasskey shown, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            UPDATE mfa.passkeys SET sign_count = $2, backed_up = $3, last_used_at = $4
            WHERE credential_id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))
            """,
            [shown.CredentialId, shown.SignCount, shown.BackedUp, clock.GetUtcNow()],
            cancellationToken) == 1;
}
