using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Passwords.Internal;
using Palisade.Storage;

namespace Palisade.Passwords;

/// <summary><c>POST /api/admin/users/{id}/password-reset</c>: 202; the link goes to the account's own mailbox, and to nobody else (ASVS V6.4.6).</summary>
/// <remarks>There is no password to choose here, and nothing ends: the holder's own use of the link does that.</remarks>
internal static class StartReset
{
    internal static async Task<IResult> HandleAsync(
        Guid id, HttpContext context, PalisadeDatabase database, ResetMails mails, RoleBook roles, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        UserAccount? user;
        await using (var looking = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken))
        {
            user = await Administration.FindAsync(looking, caller, roles, id, cancellationToken);
            if (user is not { IsActive: true })
            {
                return Problem.NotFound.Result();
            }

            if (!Administration.MayChange(caller, roles, user, roles.Find(user.Role), standing: true))
            {
                return await Administration.RefuseAsync(looking, user.Id, cancellationToken);
            }
        }

        // Links are the platform's own; the account was found in the caller's company above.
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        if (!await mails.TrySendAsync(work, user, cancellationToken))
        {
            return Problem.MailedOftenEnough.Result(Outbox.Hour);
        }

        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.PasswordResetRequested) { Tenant = user.Tenant, Actor = caller.User, Details = new Dictionary<string, object?> { ["by"] = "administrator" } }.On("user", user.Id),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Accepted();
    }
}
