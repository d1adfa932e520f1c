using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Sessions;

/// <summary><c>DELETE /account/sessions/{id}</c>: ends one of the caller's own sessions, on whatever device it is (R074).</summary>
internal static class RevokeSession
{
    internal static async Task<IResult> HandleAsync(Guid id, HttpContext context, PalisadeDatabase database, SessionStore sessions, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (!await sessions.RevokeOwnAsync(work, id, caller.User, "revoked_by_holder", cancellationToken))
        {
            return Problem.NotFound.Result(); // unknown, over, or somebody else's
        }

        await work.RecordAsync(SessionStore.Ended(caller.Tenant, caller.User, id, "revoked_by_holder"), cancellationToken);
        await work.CommitAsync(cancellationToken);
        if (id == caller.Session)
        {
            SessionCookies.Clear(context);
        }

        return Results.NoContent();
    }
}
