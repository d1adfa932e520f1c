using System.Net;
using Npgsql;
using NpgsqlTypes;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Accounts.Internal;

/// <summary>An account, as the platform sees it.</summary>
internal sealed record UserAccount(
    Guid Id, TenantId Tenant, string Email, string EmailKey, string Name, string Role, string Status, string? PasswordHash, int SessionVersion,
    DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt)
{
    public bool MaySignIn => Status == "active";
}

/// <summary>The one place that reads and writes accounts, so that how their personal columns are kept is one decision.</summary>
internal static class UserStore
{
    private const string Columns = "id, tenant_id, email, email_key, name, role, status, password_hash, session_version, created_at, last_login_at";

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
            [user.Id, user.Tenant.Value, user.Email, user.EmailKey, user.Name, user.Role, user.Status, Text(user.PasswordHash), user.CreatedAt, Id(createdBy)],
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

    /// <summary>Replaces the stored hash of the same password by a stronger one, unless it changed meanwhile.</summary>
    public static Task<int> RehashAsync(UnitOfWork work, Guid id, string from, string to, CancellationToken cancellationToken) =>
        work.ExecuteAsync("UPDATE accounts.users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", [id, from, to], cancellationToken);

    public static Task<int> RememberLoginAsync(UnitOfWork work, Guid id, IPAddress? address, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "UPDATE accounts.users SET last_login_at = $2, last_login_ip = $3 WHERE id = $1",
            [id, now, new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Inet, Value = (object?)address ?? DBNull.Value }],
            cancellationToken);

    private static UserAccount Read(NpgsqlDataReader row) => new(
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
        row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10));

    private static NpgsqlParameter Text(string? value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };

    private static NpgsqlParameter Id(Guid? value) => new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)value ?? DBNull.Value };
}
