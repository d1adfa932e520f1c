using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>What its holder may change about an account at once. The address has a way of its own.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateAccountRequest([property: Required, PersonName] string? Name);

/// <summary><c>PATCH /account</c>.</summary>
internal static class UpdateAccount
{
    internal static async Task<IResult> HandleAsync(
        UpdateAccountRequest request, HttpContext context, PalisadeDatabase database, SessionStore sessions, AccountViews accounts, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        if (await work.ExecuteAsync(
            "UPDATE accounts.users SET name = $2, updated_at = $3 WHERE id = $1 AND name <> $2", [caller.User, request.Name!, clock.GetUtcNow()], cancellationToken) == 1)
        {
            await work.RecordAsync(
                new SecurityEvent(SecurityEvents.ProfileUpdated) { After = new Dictionary<string, object?> { ["name"] = "***" } }.On("user", caller.User), cancellationToken);
            sessions.AccountChanged(work, caller.User);
            await work.CommitAsync(cancellationToken);
        }

        return await ShowAccount.HandleAsync(context, accounts, cancellationToken);
    }
}
