using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>A recovery as administrators see it.</summary>
internal sealed record RecoveryView(
    Guid Id, Guid User, string Kind, Guid? RequestedBy, string State, bool NeedsApproval, Guid? ApprovedBy, DateTimeOffset CreatedAt, DateTimeOffset ReadyAt);

/// <summary><c>POST /api/admin/users/{id}/reset-mfa</c>, and the second person's part: <c>GET /api/admin/recoveries</c>, <c>POST .../{id}/approve</c>, <c>/reject</c>.</summary>
/// <remarks>Who asked does not approve, nor does whom it is about; who approves ranks above them, or is of the highest.</remarks>
internal static class DecideRecovery
{
    private const string Approve = "UPDATE mfa.recoveries SET approved_by = $2, approved_at = $3 WHERE id = $1 AND state = 'waiting' AND needs_approval AND approved_by IS NULL"
        + " AND user_id <> $2 AND requested_by <> $2 AND ends_at > $3";

    private const string Reject = "UPDATE mfa.recoveries SET state = 'rejected', approved_by = NULL WHERE id = $1 AND state = 'waiting' AND user_id <> $2 AND ends_at > $3";

    private sealed record Target(Guid User);

    internal static async Task<IResult> ResetAsync(
        Guid id, HttpContext context, PalisadeDatabase database, Recoveries recoveries, RoleBook roles, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (await Administration.FindAsync(work, caller, roles, id, cancellationToken) is not { } user)
        {
            return Problem.NotFound.Result();
        }

        if (!Administration.MayChange(caller, roles, user, roles.Find(user.Role), standing: true))
        {
            return await Administration.RefuseAsync(work, user.Id, cancellationToken);
        }

        if (await recoveries.TryBeginAsync(work, user, caller.User, cancellationToken) is not { } begun)
        {
            return Problem.AlreadyExists.Result();
        }

        await work.CommitAsync(cancellationToken);
        return Results.Json(new { id = begun.Id, status = "waiting", readyAt = begun.ReadyAt, needsApproval = begun.NeedsApproval }, statusCode: StatusCodes.Status202Accepted);
    }

    internal static async Task<IResult> ListAsync(HttpContext context, PalisadeDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        return Results.Ok(new
        {
            items = await work.ListAsync(
                """
                SELECT id, user_id, kind, requested_by, state, needs_approval, approved_by, created_at, ready_at FROM mfa.recoveries
                WHERE tenant_id = $1 AND (state <> 'waiting' OR ends_at > $2) ORDER BY id DESC LIMIT 100
                """,
                [caller.Tenant.Value, clock.GetUtcNow()],
                row => new RecoveryView(
                    row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.GetString(4), row.GetBoolean(5),
                    row.IsDBNull(6) ? null : row.GetGuid(6), row.GetFieldValue<DateTimeOffset>(7), row.GetFieldValue<DateTimeOffset>(8)),
                cancellationToken),
        });
    }

    internal static Task<IResult> ApproveAsync(
        Guid id, HttpContext context, PalisadeDatabase database, RoleBook roles, TimeProvider clock, CancellationToken cancellationToken) =>
        DecideAsync(id, Approve, SecurityEvents.RecoveryApproved, context, database, roles, clock, cancellationToken);

    internal static Task<IResult> RejectAsync(
        Guid id, HttpContext context, PalisadeDatabase database, RoleBook roles, TimeProvider clock, CancellationToken cancellationToken) =>
        DecideAsync(id, Reject, SecurityEvents.RecoveryRejected, context, database, roles, clock, cancellationToken);

    private static async Task<IResult> DecideAsync(
        Guid id, string sql, SecurityEventType decided, HttpContext context, PalisadeDatabase database, RoleBook roles, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        var target = await work.FirstAsync("SELECT user_id FROM mfa.recoveries WHERE id = $1", [id], row => new Target(row.GetGuid(0)), cancellationToken);
        if (target is null || await Administration.FindAsync(work, caller, roles, target.User, cancellationToken) is not { } user)
        {
            return Problem.NotFound.Result();
        }

        if (!Administration.MayChange(caller, roles, user, roles.Find(user.Role), standing: true)
            || await work.ExecuteAsync(sql, [id, caller.User, clock.GetUtcNow()], cancellationToken) == 0)
        {
            return await Administration.RefuseAsync(work, user.Id, cancellationToken);
        }

        await work.RecordAsync(new SecurityEvent(decided) { Details = new Dictionary<string, object?> { ["recovery"] = id } }.On("user", user.Id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
