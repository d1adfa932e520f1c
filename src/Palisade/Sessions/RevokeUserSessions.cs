using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Sessions;

/// <summary>Why; it stands in the audit log and at each session.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RevokeUserSessionsRequest([property: Required, Text(1, 200)] string? Reason);

/// <summary><c>POST /api/admin/users/{id}/revoke-sessions</c>: ends every session of a colleague's account (R074).</summary>
/// <remarks>Nobody ends the sessions of an account that ranks as high as their own; the highest may, among themselves.</remarks>
internal static class RevokeUserSessions
{
    internal static async Task<IResult> HandleAsync(
        Guid id, RevokeUserSessionsRequest request, HttpContext context, PalisadeDatabase database, SessionStore sessions, RoleBook roles, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (await Administration.FindAsync(work, caller, roles, id, cancellationToken) is not { } user)
        {
            return Problem.NotFound.Result();
        }

        if (!Administration.MayChange(caller, roles, user, roles.Find(user.Role), standing: true))
        {
            return await Administration.RefuseAsync(work, id, cancellationToken);
        }

        await sessions.EndAllAsync(work, id, $"administrator: {request.Reason}", null, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.SessionsEnded) { Details = new Dictionary<string, object?> { ["reason"] = request.Reason } }.On("user", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
