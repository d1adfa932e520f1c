using Microsoft.AspNetCore.Http;
using Npgsql;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;
using static Palisade.Sessions.ListEnded;

namespace Palisade.Sessions;

/// <summary>A session as its holder recognises it. <c>Endpoint</c> is a route's template: what was asked of it is not kept.</summary>
internal sealed record SessionView(
    Guid Id, bool Current, string Client, string? Device, string Level, DateTimeOffset CreatedAt, string? CreatedFrom,
    DateTimeOffset LastSeenAt, string? Ip, string? Method, string? Endpoint, DateTimeOffset ExpiresAt);

/// <summary><c>GET /account/sessions</c> and <c>GET /api/admin/users/{id}/sessions</c>: sessions that live, last used first (R072, R074).</summary>
internal static class ListSessions
{
    private const string Live = $"""
        FROM sessions.sessions s JOIN accounts.users u ON u.id = s.user_id
        WHERE s.user_id = $1 AND s.revoked_at IS NULL AND s.version = u.session_version AND s.refresh_ends_at > $2
          AND {SessionStore.Usable}
        """;

    internal static async Task<IResult> OwnAsync(
        Paging paging, HttpContext context, PalisadeDatabase database, ActivityWriter writer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await writer.WriteAsync(cancellationToken); // so that this very request is in the list
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        return await AnswerAsync(work, paging, context, caller.User, clock.GetUtcNow(), cancellationToken);
    }

    internal static async Task<IResult> OfUserAsync(
        Guid id, Paging paging, HttpContext context, PalisadeDatabase database, ActivityWriter writer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await writer.WriteAsync(cancellationToken);
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (await UserStore.FindAsync(work, id, cancellationToken) is null)
        {
            return Problem.NotFound.Result();
        }

        var answer = await AnswerAsync(work, paging, context, id, clock.GetUtcNow(), cancellationToken);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.SessionsViewed).On("user", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return answer;
    }

    private static async Task<IResult> AnswerAsync(
        UnitOfWork work, Paging paging, HttpContext context, Guid user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var count = work.Command($"SELECT count(*) {Live}", user, now);
        var total = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        var current = context.RequireCaller().Session;
        var sessions = await work.ListAsync(
            $"""
            SELECT s.id, s.client, s.user_agent, s.level, s.created_at, s.ip, s.last_seen_at, coalesce(s.last_ip, s.ip), s.last_method, s.last_route,
                   CASE s.client WHEN 'native' THEN s.refresh_ends_at ELSE s.cookie_ends_at END
            {Live} ORDER BY s.last_seen_at DESC, s.id LIMIT $3 OFFSET $4
            """,
            [user, now, paging.PageSize, paging.Offset],
            row => Read(row, current),
            cancellationToken);
        return paging.Result(context, total, sessions);
    }

    private static SessionView Read(NpgsqlDataReader row, Guid current) => new(
        row.GetGuid(0), row.GetGuid(0) == current, row.GetString(1), Text(row, 2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), Address(row, 5),
        row.GetFieldValue<DateTimeOffset>(6), Address(row, 7), Text(row, 8), Text(row, 9), row.GetFieldValue<DateTimeOffset>(10));
}
