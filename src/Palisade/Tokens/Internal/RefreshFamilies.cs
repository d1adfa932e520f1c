using Npgsql;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Tokens.Internal;

/// <summary>A living family, at the moment one of its tokens was taken.</summary>
internal sealed record RefreshFamily(Guid User, TenantId Tenant, int Version, Binding Binding);

/// <summary>What whoever presents a token holds beside it.</summary>
/// <param name="Binding">The key or certificate of a native client.</param>
/// <param name="ProvedSessionKey">Whether a browser proved the key of its bound session within ten minutes.</param>
internal sealed record Holder(Binding Binding, bool ProvedSessionKey);

/// <summary>A family one of whose tokens was not taken, and why it may be so. One that is held would have been taken, or may have been a retry, were the account not held.</summary>
internal sealed record RefusedFamily(Guid User, TenantId Tenant, bool IsCurrent, bool IsOver, bool IsHeld, Binding Binding, bool DemandsProof);

/// <summary>The statements that move a refresh family. Each decides and writes at once; its use is written into the family's history with it.</summary>
internal sealed class RefreshFamilies(TokenOptions options)
{
    /// <summary>The current token, presented by whoever it is bound to, gives way to its successor.</summary>
    public Task<RefreshFamily?> RotateAsync(
        UnitOfWork work, Guid session, byte[] presented, byte[] successor, Holder holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.FirstAsync(
            $"""
            WITH rotated AS (
                UPDATE sessions.sessions s
                SET family_generation = family_generation + 1, refresh_previous_hash = refresh_hash, refresh_hash = $3, refreshed_at = $4,
                    last_seen_at = greatest(s.last_seen_at, $4), refresh_ends_at = least($10, s.absolute_ends_at)
                FROM accounts.users u
                WHERE s.id = $1 AND s.refresh_hash = $2 AND s.revoked_at IS NULL AND s.refresh_ends_at > $4 AND s.absolute_ends_at > $4
                  AND (s.client = 'native' OR s.cookie_ends_at > $4 AND s.last_seen_at + make_interval(secs => s.idle_seconds) > $4)
                  AND {HeldBy} AND u.id = s.user_id AND {MayUse}
                RETURNING {Columns}
            ), {Noted("rotated", "generation - 1")}
            """,
            [.. Arguments(work, session, presented, successor, holder, now), now + options.RefreshLifetime],
            Read,
            cancellationToken);

    /// <summary>The immediate predecessor, within the window and presented by the same holder: an honest client that lost the answer.</summary>
    public static Task<RefreshFamily?> RetryAsync(
        UnitOfWork work, Guid session, byte[] presented, byte[] successor, Holder holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.FirstAsync(
            $"""
            WITH retried AS (
                SELECT {Columns}
                FROM sessions.sessions s JOIN accounts.users u ON u.id = s.user_id
                WHERE s.id = $1 AND s.refresh_previous_hash = $2 AND s.refresh_hash = $3 AND s.revoked_at IS NULL
                  AND s.refreshed_at > $10 AND s.refresh_ends_at > $4 AND {HeldBy} AND {MayUse}
            ), {Noted("retried", "generation - 1")}
            """,
            [.. Arguments(work, session, presented, successor, holder, now), now - TokenOptions.ReplayWindow],
            Read,
            cancellationToken);

    /// <summary>Whose token it was that neither of the others took.</summary>
    public static Task<RefusedFamily?> FindAsync(UnitOfWork work, Guid session, byte[] presented, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.FirstAsync(
            """
            SELECT s.user_id, s.tenant_id, s.refresh_hash = $2, s.revoked_at IS NOT NULL OR s.refresh_ends_at <= $3 OR s.absolute_ends_at <= $3,
                coalesce(u.held_until > $3 AND $2 IN (s.refresh_hash, s.refresh_previous_hash), false), s.bound_key, s.bound_certificate,
                s.proof_demanded_at IS NOT NULL
            FROM sessions.sessions s JOIN accounts.users u ON u.id = s.user_id WHERE s.id = $1
            """,
            [session, presented, now],
            row => new RefusedFamily(
                row.GetGuid(0), new TenantId(row.GetGuid(1)), row.GetBoolean(2), row.GetBoolean(3), row.GetBoolean(4), Binding.At(row, 5), row.GetBoolean(7)),
            cancellationToken);

    /// <summary>Writes the reuse into the history, at the generation whose token came back.</summary>
    public static Task NoteReuseAsync(UnitOfWork work, Guid session, byte[] presented, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            INSERT INTO tokens.refresh_history (session_id, generation, outcome, tenant_id, token_hash, at, ip, user_agent)
            SELECT session_id, generation, 'reused', tenant_id, token_hash, $3, $4, $5
            FROM tokens.refresh_history WHERE session_id = $1 AND token_hash = $2 AND outcome = 'rotated'
            ON CONFLICT DO NOTHING
            """,
            [session, presented, now, OrNull.Address(work.Facts.Address), OrNull.Text(work.Facts.UserAgent)],
            cancellationToken);

    private const string Columns = "s.id, s.tenant_id, s.user_id, s.version, s.family_generation AS generation, s.bound_key, s.bound_certificate";

    private const string MayUse = "u.status = 'active' AND u.session_version = s.version AND (u.held_until IS NULL OR u.held_until <= $4)";

    private const string HeldBy =
        "(s.bound_key IS NULL OR s.bound_key = $5) AND (s.bound_certificate IS NULL OR s.bound_certificate = $6) AND (s.proof_demanded_at IS NULL OR $9)";

    private static string Noted(string outcome, string generation) =>
        $"""
        noted AS (
            INSERT INTO tokens.refresh_history (session_id, generation, outcome, tenant_id, token_hash, at, ip, user_agent)
            SELECT id, {generation}, '{outcome}', tenant_id, $2, $4, $7, $8 FROM {outcome}
            ON CONFLICT DO NOTHING
        )
        SELECT user_id, tenant_id, version, bound_key, bound_certificate FROM {outcome}
        """;

    private static object?[] Arguments(UnitOfWork work, Guid session, byte[] presented, byte[] successor, Holder holder, DateTimeOffset now) =>
    [
        session, presented, successor, now, OrNull.Text(holder.Binding.Key), OrNull.Text(holder.Binding.Certificate),
        OrNull.Address(work.Facts.Address), OrNull.Text(work.Facts.UserAgent), holder.ProvedSessionKey,
    ];

    private static RefreshFamily Read(NpgsqlDataReader row) => new(row.GetGuid(0), new TenantId(row.GetGuid(1)), row.GetInt32(2), Binding.At(row, 3));
}
