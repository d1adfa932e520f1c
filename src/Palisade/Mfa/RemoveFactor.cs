using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary><c>DELETE /auth/mfa/{method}</c>: takes a factor away; every other session of the account ends (ASVS V6.5.6).</summary>
internal static class RemoveFactor
{
    internal static async Task<IResult> HandleAsync(
        string method, HttpContext context, PalisadeDatabase database, SessionStore sessions, RoleBook roles, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        var table = method switch
        {
            "totp" => "mfa.totp_factors",
            "backup_code" => "mfa.backup_codes",
            _ => null,
        };
        if (table is null)
        {
            return Problem.NotFound.Result();
        }

        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        await Factors.LockAsync(work, caller.User, cancellationToken);
        if (await work.ExecuteAsync($"DELETE FROM {table} WHERE user_id = $1", [caller.User], cancellationToken) == 0)
        {
            return Problem.NotFound.Result();
        }

        return await FinishAsync(method, work, caller, sessions, roles, cancellationToken);
    }

    /// <summary>Ends the removal of any factor; undoes it when the role would be left without one.</summary>
    internal static async Task<IResult> FinishAsync(
        string method, UnitOfWork work, Caller caller, SessionStore sessions, RoleBook roles, CancellationToken cancellationToken)
    {
        var mandatory = roles.Find(caller.Role) is not { NeedsMfa: false };
        var left = await Factors.OfAsync(work, caller.User, cancellationToken);
        if (!left.Suffice(mandatory))
        {
            if (mandatory)
            {
                return Problem.LastFactor.Result(); // and the transaction is dropped
            }

            // Codes that stand in for a factor are nothing without one.
            await work.ExecuteAsync("DELETE FROM mfa.backup_codes WHERE user_id = $1", [caller.User], cancellationToken);
        }

        await sessions.EndAllAsync(work, caller.User, "factor_removed", except: caller.Session, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.MfaRemoved) { Details = new Dictionary<string, object?> { ["method"] = method } }.On("user", caller.User), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
