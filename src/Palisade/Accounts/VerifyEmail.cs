using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>The token of a mailed link.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MailedTokenRequest([property: Required, MaxLength(128)] string? Token);

/// <summary>The address to mail to again.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ResendRequest([property: Required, Email(AllowDisposable = true)] string? Email);

/// <summary><c>POST /auth/verify-email</c> and <c>/auth/verify-email/resend</c> (R004).</summary>
internal static class VerifyEmail
{
    internal static async Task<IResult> HandleAsync(
        MailedTokenRequest request, HttpContext context, PalisadeDatabase database, Registrations registrations, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        if (!await registrations.ConfirmAsync(work, request.Token!, cancellationToken))
        {
            return Problem.InvalidToken400.Result();
        }

        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }

    /// <summary>202 whatever the address is; a new link goes out where one is waited for, and the old one is dead.</summary>
    internal static async Task<IResult> ResendAsync(
        ResendRequest request, HttpContext context, Inbox inbox, CancellationToken cancellationToken)
    {
        await inbox.TakeDownAsync(context.Facts(), ReminderWish.Name, request.Email, cancellationToken);
        return Results.Accepted();
    }
}
