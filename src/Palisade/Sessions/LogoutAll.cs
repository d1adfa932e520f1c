using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Sessions;

/// <summary><c>POST /auth/logout-all</c>: ends every session of the caller's account, this one too (R016).</summary>
internal static class LogoutAll
{
    internal static async Task<IResult> HandleAsync(HttpContext context, PalisadeDatabase database, SessionStore sessions, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        await sessions.EndAllAsync(work, caller.User, "logout_all", null, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.SessionsEnded) { Details = new Dictionary<string, object?> { ["reason"] = "logout_all" } }.On("user", caller.User), cancellationToken);
        await work.CommitAsync(cancellationToken);
        SessionCookies.Clear(context);
        return Results.NoContent();
    }
}
