using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Accounts;

/// <summary><c>POST /api/admin/users/{id}/unlock</c>: ends the lock of an administrator, a hold, and the locks that failures made (R012).</summary>
internal static class UnlockUser
{
    internal static async Task<IResult> HandleAsync(
        Guid id, HttpContext context, PalisadeDatabase database, AttemptLanes lanes, SessionStore sessions, RoleBook roles, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        UserAccount? user;
        await using (var looking = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken))
        {
            user = await Administration.FindAsync(looking, caller, roles, id, cancellationToken);
            if (user is null)
            {
                return Problem.NotFound.Result();
            }

            if (!Administration.MayChange(caller, roles, user, roles.Find(user.Role), standing: true))
            {
                return await Administration.RefuseAsync(looking, user.Id, cancellationToken);
            }
        }

        // The lanes are the platform's own; the account was found in the caller's company above.
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        await lanes.UnlockAsync(work, user, cancellationToken);
        await work.ExecuteAsync(
            """
            UPDATE accounts.users SET status = CASE status WHEN 'locked' THEN 'active' ELSE status END, held_until = NULL, updated_at = $2
            WHERE id = $1 AND (status = 'locked' OR held_until IS NOT NULL)
            """,
            [user.Id, clock.GetUtcNow()],
            cancellationToken);
        sessions.AccountChanged(work, user.Id);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.UserUnlocked) { Tenant = user.Tenant, Before = new Dictionary<string, object?> { ["status"] = user.Status } }.On("user", user.Id),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
