using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Sessions;

/// <summary><c>POST /auth/logout</c>: ends this session here and on every node (R016, R076).</summary>
internal static class Logout
{
    internal static async Task<IResult> HandleAsync(HttpContext context, PalisadeDatabase database, SessionStore sessions, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        await sessions.RevokeAsync(work, caller.Session, "logout", cancellationToken);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.Logout).On("user", caller.User), cancellationToken);
        await work.CommitAsync(cancellationToken);
        SessionCookies.Clear(context);
        return Results.NoContent();
    }
}
