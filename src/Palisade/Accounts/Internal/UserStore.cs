using System.Net;
using Npgsql;
using Palisade.Messaging;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Accounts.Internal;

/// <summary>An account, as the platform sees it.</summary>
internal sealed record UserAccount(
    Guid Id, TenantId Tenant, string Email, string EmailKey, string Name, string Role, string Status, string? PasswordHash, int SessionVersion,
    DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt)
{
    public bool IsActive => Status == "active";

    /// <summary>Until then nobody works as this account; see <see cref="AccountHolds"/>.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    public IPAddress? LastLoginIp { get; init; }

    public DateTimeOffset? PasswordChangedAt { get; init; }

    public Guid? CreatedBy { get; init; }

    /// <summary>The language to write to them in; <see langword="null"/> is the installation's.</summary>
    public string? Locale { get; init; }

    /// <summary>Active, and not held at this moment.</summary>
    public bool MaySignIn(DateTimeOffset now) => IsActive && !(HeldUntil > now);

    /// <summary>Where to write to them: the stored address, whatever was typed.</summary>
    public Recipient Recipient => new(Tenant, Id, Email, Locale);
}

/// <summary>The one place that reads and writes accounts, so that how their personal columns are kept is one decision.</summary>
internal static class UserStore
{
    private const string Columns = """
        id, tenant_id, email, email_key, name, role, status, password_hash, session_version, created_at, last_login_at,
        last_login_ip, password_changed_at, created_by, locale, held_until
        """;

    /// <summary>The statement that finds the account of an address; <see cref="Read"/> reads its row.</summary>
    public static NpgsqlBatchCommand ByEmail(string emailKey) => new($"SELECT {Columns} FROM accounts.users WHERE email_key = $1")
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = emailKey } },
    };

    public static Task<UserAccount?> FindByEmailAsync(UnitOfWork work, string emailKey, CancellationToken cancellationToken) =>
        work.FirstAsync($"SELECT {Columns} FROM accounts.users WHERE email_key = $1", [emailKey], Read, cancellationToken);

    public static Task<UserAccount?> FindAsync(UnitOfWork work, Guid id, CancellationToken cancellationToken) =>
        work.FirstAsync($"SELECT {Columns} FROM accounts.users WHERE id = $1", [id], Read, cancellationToken);

    public static Task<UserAccount?> FindAsync(PalisadeDatabase database, TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(tenant, $"SELECT {Columns} FROM accounts.users WHERE id = $1", id, Read, cancellationToken);

    public static Task<IReadOnlyList<UserAccount>> ListAsync(UnitOfWork work, TenantId tenant, long offset, int count, CancellationToken cancellationToken) =>
        work.ListAsync($"SELECT {Columns} FROM accounts.users WHERE tenant_id = $3 ORDER BY id LIMIT $2 OFFSET $1", [offset, count, tenant.Value], Read, cancellationToken);

    /// <summary>Adds the account unless its address is taken; the unique index decides, not a look before.</summary>
    public static async Task<bool> TryAddAsync(UnitOfWork work, UserAccount user, Guid? createdBy, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            """
            INSERT INTO accounts.users (id, tenant_id, email, email_key, name, role, status, password_hash, password_changed_at,
                email_verified_at, session_version, created_at, created_by, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $8 IS NULL THEN NULL ELSE $9 END,
                CASE WHEN $7 = 'active' THEN $9 END, 1, $9, $10, $9)
            ON CONFLICT (email_key) DO NOTHING
            """,
            [user.Id, user.Tenant.Value, user.Email, user.EmailKey, user.Name, user.Role, user.Status, OrNull.Text(user.PasswordHash), user.CreatedAt, OrNull.Id(createdBy)],
            cancellationToken) == 1;

    /// <summary>Sets an invited account's first password and makes it active.</summary>
    public static Task<int> ActivateAsync(UnitOfWork work, Guid id, string passwordHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            UPDATE accounts.users SET password_hash = $2, password_changed_at = $3, status = 'active', email_verified_at = $3, updated_at = $3
            WHERE id = $1 AND status = 'pending'
            """,
            [id, passwordHash, now],
            cancellationToken);

    /// <summary>Changes what an administrator may change, where it still is as the administrator saw it.</summary>
    public static Task<int> UpdateAsync(UnitOfWork work, UserAccount seen, UserAccount wanted, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "UPDATE accounts.users SET name = $4, role = $5, status = $6, updated_at = $7 WHERE id = $1 AND role = $2 AND status = $3",
            [seen.Id, seen.Role, seen.Status, wanted.Name, wanted.Role, wanted.Status, now],
            cancellationToken);

    /// <summary>Moves an active account to another address, unless that is taken. When it was taken this very moment, the transaction is good for nothing else.</summary>
    public static async Task<bool> TryMoveAsync(UnitOfWork work, Guid id, string email, string emailKey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await work.ExecuteAsync(
                """
                UPDATE accounts.users SET email = $2, email_key = $3, email_verified_at = $4, updated_at = $4
                WHERE id = $1 AND status = 'active' AND NOT EXISTS (SELECT FROM accounts.users other WHERE other.email_key = $3 AND other.id <> $1)
                """,
                [id, email, emailKey, now],
                cancellationToken) == 1;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    /// <summary>Sets another password for an active account, unless it has another one by now than when it was seen.</summary>
    public static async Task<bool> TryReplacePasswordAsync(UnitOfWork work, UserAccount seen, string passwordHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            "UPDATE accounts.users SET password_hash = $3, password_changed_at = $4, updated_at = $4 WHERE id = $1 AND password_hash = $2 AND status = 'active'",
            [seen.Id, seen.PasswordHash!, passwordHash, now],
            cancellationToken) == 1;

    /// <summary>Replaces the stored hash of the same password by a stronger one, unless it changed meanwhile.</summary>
    public static Task<int> RehashAsync(UnitOfWork work, Guid id, string from, string to, CancellationToken cancellationToken) =>
        work.ExecuteAsync("UPDATE accounts.users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", [id, from, to], cancellationToken);

    public static Task<int> RememberLoginAsync(UnitOfWork work, Guid id, IPAddress? address, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "UPDATE accounts.users SET last_login_at = $2, last_login_ip = $3 WHERE id = $1",
            [id, now, OrNull.Address(address)],
            cancellationToken);

    public static UserAccount Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        new TenantId(row.GetGuid(1)),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        row.IsDBNull(7) ? null : row.GetString(7),
        row.GetInt32(8),
        row.GetFieldValue<DateTimeOffset>(9),
        row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10))
    {
        LastLoginIp = row.IsDBNull(11) ? null : row.GetFieldValue<IPAddress>(11),
        PasswordChangedAt = row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12),
        CreatedBy = row.IsDBNull(13) ? null : row.GetGuid(13),
        Locale = row.IsDBNull(14) ? null : row.GetString(14),
        HeldUntil = row.IsDBNull(15) ? null : row.GetFieldValue<DateTimeOffset>(15),
    };
}
