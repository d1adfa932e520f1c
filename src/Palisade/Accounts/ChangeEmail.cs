using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>The address to move to.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeEmailRequest([property: Required, Email] string? Email);

/// <summary>
/// <c>POST /account/email</c> asks for another address, <c>POST /auth/email/confirm</c> proves it from there, and <c>POST /auth/email/object</c>
/// stops it from the present one.
/// </summary>
internal static class ChangeEmail
{
    /// <summary>202, the same whether or not the address is taken: links go to both mailboxes, or a notice to the one that has an account.</summary>
    internal static async Task<IResult> HandleAsync(
        ChangeEmailRequest request, HttpContext context, PalisadeDatabase database, EmailChanges changes, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        if (await UserStore.FindAsync(work, caller.User, cancellationToken) is not { IsActive: true } user)
        {
            return Problem.NotFound.Result();
        }

        await changes.RequestAsync(work, user, EmailAddress.Parse(request.Email!), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Accepted();
    }

    internal static Task<IResult> ConfirmAsync(
        MailedTokenRequest request, HttpContext context, PalisadeDatabase database, EmailChanges changes, CancellationToken cancellationToken) =>
        EndAsync(context, database, work => changes.ConfirmAsync(work, request.Token!, cancellationToken), cancellationToken);

    internal static Task<IResult> ObjectAsync(
        MailedTokenRequest request, HttpContext context, PalisadeDatabase database, EmailChanges changes, CancellationToken cancellationToken) =>
        EndAsync(context, database, work => changes.ObjectAsync(work, request.Token!, cancellationToken), cancellationToken);

    private static async Task<IResult> EndAsync(HttpContext context, PalisadeDatabase database, Func<UnitOfWork, Task<bool>> end, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        if (!await end(work))
        {
            return Problem.InvalidToken400.Result();
        }

        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
