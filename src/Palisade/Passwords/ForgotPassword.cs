using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Hardening;
using Palisade.Passwords.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Passwords;

/// <summary>Whose password was forgotten.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ForgotPasswordRequest([property: Required, Email(AllowDisposable = true)] string? Email);

/// <summary><c>POST /auth/password/forgot</c>: 202, whatever the address is, before anybody looked for its account (R003, R024).</summary>
internal static class ForgotPassword
{
    // Of one client's network, whatever mailboxes it names.
    private const string Lane = "forgot-password/ip";

    internal static async Task<IResult> HandleAsync(
        ForgotPasswordRequest request, HttpContext context, PalisadeDatabase database, AttemptLanes lanes, Inbox inbox, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var facts = context.Facts();
        var (verdict, attempt, lockedUntil) = await lanes.ReserveAsync(Lane, ClientNetwork.Of(facts.Address), facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        using (attempt)
        {
            // Each request counts; there is no success that would forgive the ones before.
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            await lanes.SettleAsync(work, attempt, AttemptOutcome.Failed, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        await inbox.TakeDownAsync(facts, ForgottenWish.Name, request.Email, cancellationToken);
        return Results.Accepted();
    }
}
