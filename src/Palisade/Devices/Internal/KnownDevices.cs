using Npgsql;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Storage;

namespace Palisade.Devices.Internal;

/// <summary>A device that its account has signed in on before.</summary>
internal sealed record KnownDevice(Guid Id, DateTimeOffset? TrustedUntil, int? TrustedVersion);

/// <summary>The device of a sign-in that has just succeeded.</summary>
/// <param name="Id">Its id; it opens nothing.</param>
/// <param name="Secret">What it is to keep from now on.</param>
/// <param name="IsNew">Whether the account had not been seen on it.</param>
internal sealed record SignedInDevice(Guid Id, DeviceSecret Secret, bool IsNew);

/// <summary>Where known devices are kept.</summary>
internal sealed class KnownDevices(DeviceOptions options, RoleBook roles, TimeProvider clock)
{
    /// <summary>The statement that finds the device of an address; <see cref="Read"/> reads its row.</summary>
    public static NpgsqlBatchCommand ByEmail(string emailKey, DeviceSecret secret) => new(
        """
        SELECT d.id, d.trusted_until, d.trusted_version FROM devices.devices d JOIN accounts.users u ON u.id = d.user_id
        WHERE u.email_key = $1 AND d.secret_hash = $2 AND d.revoked_at IS NULL
        """)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = emailKey }, new NpgsqlParameter<byte[]> { TypedValue = secret.Hash } },
    };

    public static KnownDevice Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1), row.IsDBNull(2) ? null : row.GetInt32(2));

    /// <summary>Whether the second factor need not be asked for here: its holder wished so, and nothing has ended that since.</summary>
    public bool IsTrusted(KnownDevice? device, UserAccount user) =>
        device is not null && device.TrustedUntil > clock.GetUtcNow() && device.TrustedVersion == user.SessionVersion && MayTrust(user);

    /// <summary>Remembers, in the caller's transaction, that the account signed in completely on this device.</summary>
    /// <param name="work">The transaction of the sign-in.</param>
    /// <param name="user">Who signed in.</param>
    /// <param name="shown">What the device showed.</param>
    /// <param name="trust">Whether no second factor is to be asked for on it for a while.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SignedInDevice> RememberAsync(UnitOfWork work, UserAccount user, DeviceSecret? shown, bool trust, CancellationToken cancellationToken)
    {
        trust = trust && MayTrust(user);
        if (shown is not null && await SeeAgainAsync(work, user, shown, trust, cancellationToken) is { } known)
        {
            return new SignedInDevice(known, shown, IsNew: false);
        }

        // A secret whose device was revoked is good for nothing any more, and one that stands for too many accounts for no more.
        var secret = shown ?? DeviceSecret.Create(options);
        if (await TryAddAsync(work, user, secret, trust, cancellationToken) is not { } added)
        {
            secret = DeviceSecret.Create(options);
            added = (await TryAddAsync(work, user, secret, trust, cancellationToken))!.Value;
        }

        await work.ExecuteAsync(
            """
            DELETE FROM devices.devices WHERE id IN (
                SELECT id FROM devices.devices WHERE user_id = $1 AND revoked_at IS NULL ORDER BY last_seen_at DESC, id DESC OFFSET $2)
            """,
            [user.Id, DeviceOptions.DevicesOfOne],
            cancellationToken);
        return new SignedInDevice(added, secret, IsNew: true);
    }

    /// <summary>From now on every device of the account is asked for the second factor again. It stays known.</summary>
    public static Task<int> EndTrustAsync(UnitOfWork work, Guid user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("UPDATE devices.devices SET trusted_until = NULL WHERE user_id = $1 AND trusted_until IS NOT NULL", [user], cancellationToken);

    private bool MayTrust(UserAccount user) => options.TrustAdmins || roles.Find(user.Role) is { Class: not RoleClass.Admin };

    private async Task<Guid?> SeeAgainAsync(UnitOfWork work, UserAccount user, DeviceSecret secret, bool trust, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var seen = work.Command(
            """
            UPDATE devices.devices
            SET last_seen_at = $3, ip = $4, trusted_until = CASE WHEN $5 THEN $6 ELSE trusted_until END, trusted_version = CASE WHEN $5 THEN $7 ELSE trusted_version END
            WHERE secret_hash = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING id
            """,
            secret.Hash, user.Id, now, OrNull.Address(work.Facts.Address), trust, now + options.TrustFor, user.SessionVersion);
        return (Guid?)await seen.ExecuteScalarAsync(cancellationToken);
    }

    private async Task<Guid?> TryAddAsync(UnitOfWork work, UserAccount user, DeviceSecret secret, bool trust, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var add = work.Command(
            """
            INSERT INTO devices.devices (id, tenant_id, user_id, secret_hash, name, ip, created_at, last_seen_at, trusted_until, trusted_version)
            SELECT $1, $2, $3, $4, $5, $6, $7, $7, CASE WHEN $8 THEN $9::timestamptz END, CASE WHEN $8 THEN $10::integer END
            WHERE (SELECT count(*) FROM devices.devices WHERE secret_hash = $4) < $11
            ON CONFLICT (secret_hash, user_id) DO NOTHING RETURNING id
            """,
            Guid.CreateVersion7(now), user.Tenant.Value, user.Id, secret.Hash, DeviceName.Of(work.Facts.UserAgent), OrNull.Address(work.Facts.Address), now, trust,
            now + options.TrustFor, user.SessionVersion, DeviceOptions.AccountsOfOne);
        return (Guid?)await add.ExecuteScalarAsync(cancellationToken);
    }
}
