using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Mfa.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>A new set of backup codes. Shown once.</summary>
internal sealed record BackupCodesReplaced(IReadOnlyList<string> BackupCodes);

/// <summary><c>POST /auth/mfa/backup-codes</c>: ten new ones; once this is answered, no old one opens anything (R043).</summary>
internal static class ReplaceBackupCodes
{
    internal static async Task<IResult> HandleAsync(
        HttpContext context, PalisadeDatabase database, BackupCodes backupCodes, Outbox outbox, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        var user = await UserStore.FindAsync(work, caller.User, cancellationToken);
        if (user is null || !(await Factors.OfAsync(work, caller.User, cancellationToken)).Suffice(mandatory: false))
        {
            return Problem.NotFound.Result(); // there is nothing yet that they could stand in for
        }

        var codes = await backupCodes.ReplaceAsync(work, user, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.BackupCodesReplaced) { Details = new Dictionary<string, object?> { ["remaining"] = codes.Count } }.On("user", user.Id), cancellationToken);
        await outbox.SendAsync(work, Messages.BackupCodesRegenerated(user.Recipient, Occasion.Of(work.Facts, clock.GetUtcNow())), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Ok(new BackupCodesReplaced(codes));
    }
}
