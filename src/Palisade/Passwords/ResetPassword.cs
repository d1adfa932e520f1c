using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Passwords.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Passwords;

/// <summary>The token of a mailed link and the password to have from now on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ResetPasswordRequest([property: Required, MaxLength(128)] string? Token, [property: Required] string? Password);

/// <summary><c>POST /auth/password/reset</c>: 204; the token is spent, the password set, every session ended, or none of it (R024, C7).</summary>
/// <remarks>
/// It signs nobody in, so it passes no second factor by. The lock that wrong passwords made is lifted: whoever reads the mailbox is
/// not who was guessing (R010). The lock of wrong codes stays.
/// </remarks>
internal sealed class ResetPassword(
    PalisadeDatabase database, Resets resets, NewPasswords newPasswords, PasswordHashes passwords, PasswordHistory history, Replacement replacement,
    AttemptLanes lanes, RoleBook roles)
{
    internal static Task<IResult> HandleAsync(ResetPasswordRequest request, HttpContext context, ResetPassword slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context.Facts(), cancellationToken);

    private async Task<IResult> RunAsync(ResetPasswordRequest request, RequestFacts facts, CancellationToken cancellationToken)
    {
        UserAccount? known;
        PasswordHolder? holder;
        await using (var looking = await database.BeginSystemAsync(facts, cancellationToken))
        {
            known = await resets.FindAsync(looking, request.Token!, cancellationToken);
            holder = known is null ? null : await Holders.OfAsync(looking, known.Id, roles, cancellationToken);
        }

        if (known is null || holder is null)
        {
            return Problem.InvalidToken400.Result();
        }

        var password = await newPasswords.AcceptAsync(request.Password!, holder, "password", cancellationToken);
        if (await history.HoldsAsync(known, password, facts, cancellationToken))
        {
            throw new InvalidRequestException([NewPasswords.UsedBefore("password")]);
        }

        var hash = await passwords.HashAsync(password, cancellationToken);
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        if (await resets.ConsumeAsync(work, request.Token!, cancellationToken) is not { } user
            || !await replacement.RunAsync(work, user, hash, SecurityEvents.PasswordReset, except: null, cancellationToken))
        {
            return Problem.InvalidToken400.Result();
        }

        await lanes.ForgiveAsync(work, user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
