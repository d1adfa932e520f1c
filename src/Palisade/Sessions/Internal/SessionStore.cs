using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crypto.Secrets;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Tokens;
using Palisade.Tokens.Internal;

namespace Palisade.Sessions.Internal;

/// <summary>A session that has just begun: the only moment at which what opens it exists in clear.</summary>
internal sealed record NewSession(Guid Id, string Handle, string RefreshToken)
{
    /// <summary>What its tokens are bound to.</summary>
    public Binding Binding { get; init; } = Binding.None;

    public override string ToString() => nameof(NewSession);
}

/// <summary>How somebody proved who they are, and what with: what a new session stands on.</summary>
/// <param name="Level">How strong it was.</param>
/// <param name="Factor"><c>password</c>, <c>totp</c>, <c>sms</c>, <c>backup_code</c> or <c>passkey</c>: the last one shown.</param>
/// <param name="Client"><c>browser</c> or <c>native</c>.</param>
internal sealed record SessionStart(AuthenticationLevel Level, string Factor, string Client)
{
    /// <summary>The known device it happened on.</summary>
    public Guid? Device { get; init; }

    /// <summary>Whether its holder wants no second factor asked for on that device for a while.</summary>
    public bool TrustDevice { get; init; }

    /// <summary>What a native client proved to hold: its tokens are good for nobody else.</summary>
    public Binding Binding { get; init; } = Binding.None;

    /// <summary>Nothing privileged before this, because the factor was just recovered.</summary>
    public DateTimeOffset? ProbationUntil { get; init; }
}

/// <summary>A session as PostgreSQL knows it, with what decides whether it still lives.</summary>
internal sealed record SessionRow(
    Guid Id, Guid User, TenantId Tenant, string Role, string Status, int Version, int UserVersion, string Level,
    DateTimeOffset LastSeenAt, int IdleSeconds, DateTimeOffset CookieEndsAt, DateTimeOffset? RevokedAt, DateTimeOffset AbsoluteEndsAt,
    DateTimeOffset AuthenticatedAt, DateTimeOffset? ProbationUntil)
{
    /// <summary>Neither ended, nor outdated by a change of the account.</summary>
    public bool IsLive(DateTimeOffset now) => RevokedAt is null && Version == UserVersion && Status == "active" && AbsoluteEndsAt > now;

    /// <summary>Whether its cookie is still good.</summary>
    public bool CookieIsLive(DateTimeOffset now) => IsLive(now) && CookieEndsAt > now && LastSeenAt.AddSeconds(IdleSeconds) > now;
}

/// <summary>Where sessions are kept.</summary>
/// <remarks>
/// A revocation is acknowledged after its commit; from then on no node takes the session, for every node asks here. A handle
/// that is unknown, over and revoked looks the same to the caller; the audit log tells them apart.
/// </remarks>
internal sealed class SessionStore(PalisadeDatabase database, TimeProvider clock, SessionOptions options, TokenOptions tokens, RefreshTokens refreshTokens, RoleBook roles)
{
    private const string Select = """
        SELECT s.id, s.user_id, s.tenant_id, u.role, u.status, s.version, u.session_version, s.level,
               s.last_seen_at, s.idle_seconds, s.cookie_ends_at, s.revoked_at, s.absolute_ends_at,
               coalesce(s.authenticated_at, s.created_at), s.probation_until
        FROM sessions.sessions s JOIN accounts.users u ON u.id = s.user_id
        """;

    public async Task<NewSession> BeginAsync(UnitOfWork work, UserAccount user, SessionStart start, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var session = new NewSession(id, RandomToken.Create(), refreshTokens.First(id)) { Binding = start.Binding };
        var idle = roles.Find(user.Role) is { Class: not RoleClass.User } ? options.PrivilegedIdle : options.Idle;
        await work.ExecuteAsync(
            """
            INSERT INTO sessions.sessions (id, tenant_id, user_id, handle_hash, version, level, client, ip, user_agent, created_at, last_seen_at,
                idle_seconds, cookie_ends_at, refresh_hash, refreshed_at, refresh_ends_at, absolute_ends_at, authenticated_at, factor, device_id, probation_until, bound_key, bound_certificate)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $10, $14, $15, $10, $16, $17, $18, $19, $20)
            """,
            [
                id, user.Tenant.Value, user.Id, HashHandle(session.Handle), user.SessionVersion, start.Level.ToString().ToLowerInvariant(), start.Client,
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Inet, Value = (object?)work.Facts.Address ?? DBNull.Value },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)work.Facts.UserAgent ?? DBNull.Value },
                now, (int)idle.TotalSeconds, now + options.Absolute, RefreshTokens.Hash(session.RefreshToken),
                now + tokens.RefreshLifetime, now + tokens.RefreshAbsoluteLifetime, start.Factor,
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)start.Device ?? DBNull.Value },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)start.ProbationUntil ?? DBNull.Value },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)start.Binding.Key ?? DBNull.Value },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)start.Binding.Certificate ?? DBNull.Value },
            ],
            cancellationToken);
        return session;
    }

    public Task<SessionRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadSystemAsync($"{Select} WHERE s.id = $1", id, Read, cancellationToken);

    public Task<SessionRow?> FindByHandleAsync(string handle, CancellationToken cancellationToken) =>
        database.ReadSystemAsync($"{Select} WHERE s.handle_hash = $1", HashHandle(handle), Read, cancellationToken);

    /// <summary>Remembers that the session was used, unless that was written a moment ago.</summary>
    public async Task TouchAsync(SessionRow session, RequestFacts facts, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now - session.LastSeenAt < SessionOptions.ActivityResolution)
        {
            return;
        }

        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await work.ExecuteAsync("UPDATE sessions.sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2", [session.Id, now], cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    /// <summary>Ends a session in the caller's transaction. Answers whether it was alive.</summary>
    public async Task<bool> RevokeAsync(UnitOfWork work, Guid id, string reason, CancellationToken cancellationToken) =>
        await work.ExecuteAsync(
            "UPDATE sessions.sessions SET revoked_at = $2, revoke_reason = $3 WHERE id = $1 AND revoked_at IS NULL",
            [id, clock.GetUtcNow(), reason],
            cancellationToken) == 1;

    /// <summary>Ends every session of an account in the caller's transaction, but the one named, and outdates every access token (R025, R075).</summary>
    public async Task EndAllAsync(UnitOfWork work, Guid user, string reason, Guid? except, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync("UPDATE accounts.users SET session_version = session_version + 1 WHERE id = $1", [user], cancellationToken);
        await work.ExecuteAsync(
            """
            UPDATE sessions.sessions s
            SET version = u.session_version,
                revoked_at = CASE WHEN s.id = $4 THEN NULL ELSE $2 END,
                revoke_reason = CASE WHEN s.id = $4 THEN NULL ELSE $3 END
            FROM accounts.users u WHERE u.id = $1 AND s.user_id = $1 AND s.revoked_at IS NULL
            """,
            [user, clock.GetUtcNow(), reason, except ?? Guid.Empty],
            cancellationToken);
    }

    /// <summary>A new session in the place of an old one, whose handle and tokens end with the caller's transaction: at each change of level (R070, D1).</summary>
    public async Task<NewSession> RegenerateAsync(UnitOfWork work, Guid old, UserAccount user, SessionStart start, CancellationToken cancellationToken)
    {
        await RevokeAsync(work, old, "regenerated", cancellationToken);
        return await BeginAsync(work, user, start, cancellationToken);
    }

    /// <summary>Lets a session end no later than the one it follows: renewing a proof is no new sign-in (R069).</summary>
    public Task InheritEndAsync(UnitOfWork work, Guid session, Guid from, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            UPDATE sessions.sessions s
            SET cookie_ends_at = least(s.cookie_ends_at, o.cookie_ends_at), absolute_ends_at = least(s.absolute_ends_at, o.absolute_ends_at),
                refresh_ends_at = least(s.refresh_ends_at, o.absolute_ends_at)
            FROM sessions.sessions o WHERE s.id = $1 AND o.id = $2
            """,
            [session, from],
            cancellationToken);

    /// <summary>The session's CSRF token: only pages and answers of this session know it.</summary>
    public string CsrfToken(Guid session) =>
        System.Buffers.Text.Base64Url.EncodeToString(KeyedHash.Compute(options.CsrfKey.Span, "csrf", session.ToByteArray()));

    public bool IsCsrfToken(Guid session, string? token) =>
        token is { Length: <= 100 } && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CsrfToken(session)), Encoding.UTF8.GetBytes(token));

    private static byte[] HashHandle(string handle) => SHA256.HashData(Encoding.UTF8.GetBytes(handle));

    private static SessionRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), new TenantId(row.GetGuid(2)), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt32(6), row.GetString(7),
        row.GetFieldValue<DateTimeOffset>(8), row.GetInt32(9), row.GetFieldValue<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11), row.GetFieldValue<DateTimeOffset>(12),
        row.GetFieldValue<DateTimeOffset>(13), row.IsDBNull(14) ? null : row.GetFieldValue<DateTimeOffset>(14));
}
