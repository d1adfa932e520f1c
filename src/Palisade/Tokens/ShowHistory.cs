using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Tokens;

/// <summary>One use of one refresh token.</summary>
/// <param name="Generation">Which token of the session it was; the first is 1.</param>
/// <param name="Outcome"><c>rotated</c>, <c>retried</c> (the same answer again) or <c>reused</c> (the session ended).</param>
/// <param name="At">When.</param>
/// <param name="Ip">From where.</param>
/// <param name="UserAgent">What the client called itself.</param>
/// <param name="Divergence">Two holders of one token parted here: one of the uses with this mark was not its owner's.</param>
internal sealed record RefreshUse(int Generation, string Outcome, DateTimeOffset At, string? Ip, string? UserAgent, bool Divergence);

/// <summary>The uses, newest first.</summary>
internal sealed record RefreshUses(IReadOnlyList<RefreshUse> Items);

/// <summary><c>GET /account/sessions/{id}/history</c>: what was done with the refresh tokens of one of one's own sessions, living or ended.</summary>
internal static class ShowHistory
{
    private const int Newest = 200;

    internal static async Task<IResult> HandleAsync(Guid id, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        await using var own = work.Command("SELECT count(*) FROM sessions.sessions WHERE id = $1 AND user_id = $2", id, caller.User);
        if (await own.ExecuteScalarAsync(cancellationToken) is not 1L)
        {
            return Problem.NotFound.Result();
        }

        return Results.Ok(new RefreshUses(await work.ListAsync(
            """
            SELECT generation, outcome, at, host(ip), user_agent, bool_or(outcome = 'reused') OVER (PARTITION BY generation)
            FROM tokens.refresh_history WHERE session_id = $1 ORDER BY at DESC, generation DESC LIMIT $2
            """,
            [id, Newest],
            row => new RefreshUse(
                row.GetInt32(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.IsDBNull(3) ? null : row.GetString(3),
                row.IsDBNull(4) ? null : row.GetString(4), row.GetBoolean(5)),
            cancellationToken)));
    }
}
