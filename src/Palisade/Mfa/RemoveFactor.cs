using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary><c>DELETE /auth/mfa/{method}</c> and <c>/account/passkeys/{id}</c>: takes a factor away; every other session of the account ends (ASVS V6.5.6).</summary>
internal sealed class RemoveFactor(PalisadeDatabase database, SessionStore sessions, Outbox outbox, RoleBook roles, TimeProvider clock)
{
    internal static async Task<IResult> HandleAsync(string method, HttpContext context, RemoveFactor slice, CancellationToken cancellationToken) => method switch
    {
        "totp" => await slice.RunAsync(context, method, "DELETE FROM mfa.totp_factors WHERE user_id = $1", [], cancellationToken),
        "sms" => await slice.RunAsync(context, method, "DELETE FROM mfa.sms_factors WHERE user_id = $1", [], cancellationToken),
        "backup_code" => await slice.RunAsync(context, method, "DELETE FROM mfa.backup_codes WHERE user_id = $1", [], cancellationToken),
        _ => Problem.NotFound.Result(),
    };

    internal static Task<IResult> PasskeyAsync(Guid id, HttpContext context, RemoveFactor slice, CancellationToken cancellationToken) =>
        slice.RunAsync(context, "passkey", "DELETE FROM mfa.passkeys WHERE user_id = $1 AND id = $2", [id], cancellationToken);

    private async Task<IResult> RunAsync(HttpContext context, string method, string sql, object?[] more, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        await Factors.LockAsync(work, caller.User, cancellationToken);
        if (await work.ExecuteAsync(sql, [caller.User, .. more], cancellationToken) == 0 || await UserStore.FindAsync(work, caller.User, cancellationToken) is not { } user)
        {
            return Problem.NotFound.Result();
        }

        var mandatory = roles.Find(user.Role) is not { NeedsMfa: false };
        if (!(await Factors.OfAsync(work, user.Id, cancellationToken)).Suffice(mandatory))
        {
            if (mandatory)
            {
                return Problem.LastFactor.Result(); // and the transaction is dropped
            }

            // Codes that stand in for a factor are nothing without one.
            await work.ExecuteAsync("DELETE FROM mfa.backup_codes WHERE user_id = $1", [user.Id], cancellationToken);
        }

        await sessions.EndAllAsync(work, user.Id, "factor_removed", except: caller.Session, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.MfaRemoved) { Details = new Dictionary<string, object?> { ["method"] = method } }.On("user", user.Id), cancellationToken);
        var occasion = Occasion.Of(work.Facts, clock.GetUtcNow());
        await outbox.SendAsync(
            work,
            method switch
            {
                "passkey" => Messages.PasskeyRemoved(user.Recipient, occasion),
                "sms" => Messages.MfaRemoved(user.Recipient, FactorName.Sms, occasion),
                "totp" => Messages.MfaRemoved(user.Recipient, FactorName.Totp, occasion),
                _ => Messages.MfaRemoved(user.Recipient, FactorName.BackupCodes, occasion),
            },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
