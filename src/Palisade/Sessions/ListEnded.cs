using System.Net;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Palisade.Access;
using Palisade.Storage;

namespace Palisade.Sessions;

/// <summary>Where two holders of one refresh token parted.</summary>
/// <param name="Generation">Which token of the session it was; the first is 1.</param>
/// <param name="At">When it came back.</param>
/// <param name="Ip">From where.</param>
/// <param name="Device">What brought it.</param>
internal sealed record Divergence(int Generation, DateTimeOffset At, string? Ip, string? Device);

/// <summary>A session that is over, and why: a code such as <c>logout</c>, <c>idle</c>, <c>administrator</c> or <c>token_reused</c>.</summary>
internal sealed record EndedSession(
    Guid Id, string Client, string? Device, string? Ip, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset EndedAt, string Reason, Divergence? Divergence);

/// <summary>The sessions that ended, the last one first.</summary>
internal sealed record EndedSessions(IReadOnlyList<EndedSession> Items);

/// <summary><c>GET /account/sessions/ended</c>: one's own sessions that ended in the last 30 days, 20 at most.</summary>
internal static class ListEnded
{
    private const int Most = 20;

    private static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    internal static async Task<IResult> HandleAsync(HttpContext context, PalisadeDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        // One that was regenerated went on under another id. What an administrator wrote beside the reason is for administrators.
        return Results.Ok(new EndedSessions(await work.ListAsync(
            """
            SELECT s.id, s.client, s.user_agent, coalesce(s.last_ip, s.ip), s.created_at, s.last_seen_at, s.revoked_at, split_part(s.revoke_reason, ':', 1),
                   reuse.generation, reuse.at, reuse.ip, reuse.user_agent
            FROM sessions.sessions s LEFT JOIN LATERAL (
                SELECT generation, at, ip, user_agent FROM tokens.refresh_history WHERE session_id = s.id AND outcome = 'reused' ORDER BY at LIMIT 1) reuse ON true
            WHERE s.user_id = $1 AND s.revoked_at > $2 AND s.revoke_reason <> 'regenerated'
            ORDER BY s.revoked_at DESC, s.id LIMIT $3
            """,
            [caller.User, clock.GetUtcNow() - Lately, Most],
            row => new EndedSession(
                row.GetGuid(0), row.GetString(1), Text(row, 2), Address(row, 3), row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5),
                row.GetFieldValue<DateTimeOffset>(6), row.GetString(7),
                row.IsDBNull(8) ? null : new Divergence(row.GetInt32(8), row.GetFieldValue<DateTimeOffset>(9), Address(row, 10), Text(row, 11))),
            cancellationToken)));
    }

    internal static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    internal static string? Address(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<IPAddress>(column) is var address && address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString() : address.ToString();
}
