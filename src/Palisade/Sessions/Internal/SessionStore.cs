using System.Security.Cryptography;
using System.Text;
using Npgsql;
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
/// <param name="Client"><c>browser</c>, <c>native</c> or <c>unsaid</c>.</param>
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
    DateTimeOffset AuthenticatedAt, DateTimeOffset? ProbationUntil, DateTimeOffset? HeldUntil, byte[]? CookieHash, bool DemandsProof)
{
    /// <summary>Neither ended, nor outdated by a change of the account, nor is the account held.</summary>
    public bool IsLive(DateTimeOffset now) =>
        RevokedAt is null && Version == UserVersion && Status == "active" && AbsoluteEndsAt > now && !IsHeld(now);

    /// <summary>Whether nobody works as its account for a while; afterwards it may be live again.</summary>
    public bool IsHeld(DateTimeOffset now) => HeldUntil > now;

    /// <summary>Whether its cookie is still good, when the session was last used then.</summary>
    public bool CookieIsLive(DateTimeOffset lastSeen, DateTimeOffset now) => IsLive(now) && CookieEndsAt > now && lastSeen + Idle > now;

    /// <summary>Whether this session's access tokens are good for who sends this session cookie. A browser's are good with its own alone; others have no need of one.</summary>
    public bool TakesTokensWith(string? cookie) =>
        CookieHash is null || (cookie is { Length: <= SessionStore.LongestHandle } && CryptographicOperations.FixedTimeEquals(SessionStore.HashHandle(cookie), CookieHash));

    public TimeSpan Idle => TimeSpan.FromSeconds(IdleSeconds);
}

/// <summary>Where sessions are kept.</summary>
/// <remarks>
/// A revocation is acknowledged after its commit; from then on this node does not take the session, and the others do not a
/// second later: triggers write each change into <c>sessions.changes</c>, which every node follows. A handle that is unknown, over and revoked looks the same to the caller; the audit log tells them apart.
/// </remarks>
internal sealed class SessionStore(
    PalisadeDatabase database, RecentChanges changes, Bell bell, TimeProvider clock, SessionOptions options, TokenOptions tokens, RefreshTokens refreshTokens, RoleBook roles)
{
    /// <summary>SQL, for a row <c>s</c> of <c>sessions.sessions</c> at the moment <c>$2</c>: a browser's session is neither idle nor past its day. A native client's lasts as long as its refresh token.</summary>
    internal const string Usable = "(s.client = 'native' OR s.cookie_ends_at > $2 AND s.last_seen_at + make_interval(secs => s.idle_seconds) > $2)";

    /// <summary>In characters; what is longer is no handle and is not hashed.</summary>
    internal const int LongestHandle = 100;

    private const string Select = """
        SELECT s.id, s.user_id, s.tenant_id, u.role, u.status, s.version, u.session_version, s.level,
               s.last_seen_at, s.idle_seconds, s.cookie_ends_at, s.revoked_at, s.absolute_ends_at,
               coalesce(s.authenticated_at, s.created_at), s.probation_until, u.held_until,
               CASE s.client WHEN 'browser' THEN s.handle_hash END, s.proof_demanded_at IS NOT NULL
        FROM sessions.sessions s JOIN accounts.users u ON u.id = s.user_id
        """;

    public async Task<NewSession> BeginAsync(UnitOfWork work, UserAccount user, SessionStart start, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await MakeRoomAsync(work, user, now, cancellationToken);
        Changed(work, user.Id); // a sign-in is written into the account's row too
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
                OrNull.Address(work.Facts.Address),
                OrNull.Text(work.Facts.UserAgent),
                now, (int)idle.TotalSeconds, now + options.Absolute, RefreshTokens.Hash(session.RefreshToken),
                now + tokens.RefreshLifetime, now + tokens.RefreshAbsoluteLifetime, start.Factor,
                OrNull.Id(start.Device),
                OrNull.Time(start.ProbationUntil),
                OrNull.Text(start.Binding.Key),
                OrNull.Text(start.Binding.Certificate),
            ],
            cancellationToken);
        return session;
    }

    public Task<SessionRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadSystemAsync($"{Select} WHERE s.id = $1", id, Read, cancellationToken);

    public Task<SessionRow?> FindByHandleAsync(byte[] handleHash, CancellationToken cancellationToken) =>
        database.ReadSystemAsync($"{Select} WHERE s.handle_hash = $1", handleHash, Read, cancellationToken);

    /// <summary>Ends a session in the caller's transaction. Answers whether it was alive.</summary>
    public async Task<bool> RevokeAsync(UnitOfWork work, Guid id, string reason, CancellationToken cancellationToken)
    {
        Changed(work, id);
        return await work.ExecuteAsync(
            "UPDATE sessions.sessions SET revoked_at = $2, revoke_reason = $3 WHERE id = $1 AND revoked_at IS NULL",
            [id, clock.GetUtcNow(), reason],
            cancellationToken) == 1;
    }

    /// <summary>The same for a session of this account only.</summary>
    public async Task<bool> RevokeOwnAsync(UnitOfWork work, Guid id, Guid user, string reason, CancellationToken cancellationToken)
    {
        // No look before an act: a session never changes its holder.
        await using var own = work.Command("SELECT count(*) FROM sessions.sessions WHERE id = $1 AND user_id = $2", id, user);
        return (long)(await own.ExecuteScalarAsync(cancellationToken))! == 1 && await RevokeAsync(work, id, reason, cancellationToken);
    }

    /// <summary>Ends every session of an account in the caller's transaction, but the one named, and outdates every access token (R025, R075).</summary>
    public async Task EndAllAsync(UnitOfWork work, Guid user, string reason, Guid? except, CancellationToken cancellationToken)
    {
        Changed(work, user);
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

    /// <summary>A browser's session that was idle too long, or has had its day, ends for good: its refresh cookie does not bring it back (R067, ASVS V7.3).</summary>
    public async Task ExpireAsync(Guid id, RequestFacts facts, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        var ended = await work.FirstAsync(
            $"""
            UPDATE sessions.sessions s SET revoked_at = $2, revoke_reason = CASE WHEN cookie_ends_at <= $2 THEN 'absolute_end' ELSE 'idle' END
            WHERE id = $1 AND revoked_at IS NULL AND NOT {Usable}
            RETURNING user_id, tenant_id, revoke_reason
            """,
            [id, clock.GetUtcNow()],
            row => new { User = row.GetGuid(0), Tenant = new TenantId(row.GetGuid(1)), Reason = row.GetString(2) },
            cancellationToken);
        if (ended is null)
        {
            return;
        }

        Changed(work, id);
        await work.RecordAsync(Ended(ended.Tenant, ended.User, id, ended.Reason), cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    /// <summary>Says that an account's role, status or hold was changed in this transaction: this node then knows it with the commit, and the others at once.</summary>
    /// <remarks>Forgotten, every node still hears of it within a second: a trigger wrote it down.</remarks>
    public void AccountChanged(UnitOfWork work, Guid user) => Changed(work, user);

    /// <summary>A sign-in ends the session whose cookie it came with: the browser forgets the cookie, and what was planted there dies (R070, D1).</summary>
    /// <param name="work">The sign-in's own.</param>
    /// <param name="cookie">Of the request.</param>
    /// <param name="of">Whose it must be; <see langword="null"/> for anybody's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ReplaceAsync(UnitOfWork work, string? cookie, Guid? of, CancellationToken cancellationToken)
    {
        var replaced = cookie is not { Length: > 0 and <= LongestHandle } ? null : await work.FirstAsync(
            "UPDATE sessions.sessions SET revoked_at = $2, revoke_reason = 'replaced' WHERE handle_hash = $1 AND revoked_at IS NULL AND user_id = coalesce($3, user_id) RETURNING id, user_id, tenant_id",
            [HashHandle(cookie), clock.GetUtcNow(), OrNull.Id(of)],
            row => new { Id = row.GetGuid(0), User = row.GetGuid(1), Tenant = new TenantId(row.GetGuid(2)) },
            cancellationToken);
        if (replaced is not null)
        {
            Changed(work, replaced.Id);
            await work.RecordAsync(Ended(replaced.Tenant, replaced.User, replaced.Id, "replaced"), cancellationToken);
        }
    }

    /// <summary>What kind of client a session began with; any but a native one can be given a new handle with any answer.</summary>
    public static async Task<string> ClientOfAsync(UnitOfWork work, Guid id, CancellationToken cancellationToken)
    {
        await using var client = work.Command("SELECT client FROM sessions.sessions WHERE id = $1", id);
        return (string)(await client.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>A new session in the place of an old one, whose handle and tokens end with the caller's transaction: at each change of level (R070, D1).</summary>
    public async Task<NewSession> RegenerateAsync(UnitOfWork work, Guid old, UserAccount user, SessionStart start, CancellationToken cancellationToken)
    {
        await RevokeAsync(work, old, "regenerated", cancellationToken);
        return await BeginAsync(work, user, start, cancellationToken);
    }

    /// <summary>Lets a session end no later than the one it follows: renewing a proof is no new sign-in (R069).</summary>
    public static Task InheritEndAsync(UnitOfWork work, Guid session, Guid from, CancellationToken cancellationToken) =>
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

    /// <summary>That one session ended, and why.</summary>
    public static SecurityEvent Ended(TenantId tenant, Guid user, Guid session, string reason) => new SecurityEvent(SecurityEvents.SessionEnded)
    {
        Tenant = tenant,
        Actor = user,
        Details = new Dictionary<string, object?> { ["session"] = AuditLog.Reference(session), ["reason"] = reason },
    }.On("user", user);

    /// <summary>Ends the oldest sessions of an account that may have no more. The account's row is locked first, so that parallel sign-ins stand in line.</summary>
    private async Task MakeRoomAsync(UnitOfWork work, UserAccount user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (options.MaxPerAccount == 0)
        {
            return;
        }

        await work.ExecuteAsync("SELECT FROM accounts.users WHERE id = $1 FOR NO KEY UPDATE", [user.Id], cancellationToken);
        var surplus = await work.ListAsync(
            """
            UPDATE sessions.sessions SET revoked_at = $2, revoke_reason = 'session_limit' WHERE id IN (
                SELECT id FROM sessions.sessions WHERE user_id = $1 AND revoked_at IS NULL AND refresh_ends_at > $2
                ORDER BY created_at DESC, id DESC OFFSET $3)
            RETURNING id
            """,
            [user.Id, now, options.MaxPerAccount - 1],
            row => row.GetGuid(0),
            cancellationToken);
        foreach (var id in surplus)
        {
            await work.RecordAsync(Ended(user.Tenant, user.Id, id, "session_limit"), cancellationToken);
        }
    }

    /// <summary>The same of a session or an account.</summary>
    public void Changed(UnitOfWork work, Guid id)
    {
        work.AfterCommit(() => changes.Apply(id));
        work.AfterCommit(bell.Ring);
    }

    public static byte[] HashHandle(string handle) => SHA256.HashData(Encoding.UTF8.GetBytes(handle));

    private static SessionRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), new TenantId(row.GetGuid(2)), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt32(6), row.GetString(7),
        row.GetFieldValue<DateTimeOffset>(8), row.GetInt32(9), row.GetFieldValue<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11), row.GetFieldValue<DateTimeOffset>(12),
        row.GetFieldValue<DateTimeOffset>(13), row.IsDBNull(14) ? null : row.GetFieldValue<DateTimeOffset>(14),
        row.IsDBNull(15) ? null : row.GetFieldValue<DateTimeOffset>(15), row.IsDBNull(16) ? null : row.GetFieldValue<byte[]>(16), row.GetBoolean(17));
}
