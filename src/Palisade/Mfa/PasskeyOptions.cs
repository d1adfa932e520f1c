using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Access.Internal;
using Palisade.Accounts.Internal;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>What a WebAuthn challenge is wanted for.</summary>
/// <param name="Purpose"><c>register</c> and <c>step_up</c> need a caller; <c>sign_in</c> needs nobody, and with a challenge answers that.</param>
/// <param name="Challenge">Of a sign-in whose password was right.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PasskeyOptionsRequest(
    [property: Required, AllowedValues("register", "sign_in", "step_up")] string? Purpose,
    [property: MaxLength(128)] string? Challenge);

/// <summary><c>POST /auth/passkeys/options</c>: what <c>parseCreationOptionsFromJSON</c> or <c>parseRequestOptionsFromJSON</c> of a browser takes.</summary>
/// <remarks>Without a caller and without a challenge the answer is the same for everybody: it names no passkey, and the browser asks which to use.</remarks>
internal static class PasskeyOptions
{
    internal static async Task<IResult> HandleAsync(
        PasskeyOptionsRequest request, HttpContext context, PalisadeDatabase database, PasskeyCeremonies ceremonies, Challenges challenges, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (request.Purpose == "register" && StepUp.Missing(context, context.RequireCaller(), clock) is { } missing)
        {
            return missing.Result();
        }

        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        string json;
        if (request.Purpose == "register")
        {
            var caller = context.RequireCaller();
            var user = await UserStore.FindAsync(work, caller.User, cancellationToken) ?? throw new ProblemException(Problem.Unauthenticated);
            json = await ceremonies.BeginRegistrationAsync(work, context, user, CeremonyFor.Registration(caller.Session), cancellationToken);
        }
        else if (request.Purpose == "step_up")
        {
            var caller = context.RequireCaller();
            json = await ceremonies.BeginAssertionAsync(work, context, caller.User, CeremonyFor.StepUp(caller.Session), cancellationToken);
        }
        else if (request.Challenge is null)
        {
            json = await ceremonies.BeginAssertionAsync(work, context, null, CeremonyFor.SignIn, cancellationToken);
        }
        else if (await challenges.FindAsync(work, request.Challenge, Challenges.Verify, cancellationToken) is { } open)
        {
            json = await ceremonies.BeginAssertionAsync(work, context, open.User, CeremonyFor.Challenge(open.Hash), cancellationToken);
        }
        else
        {
            return Problem.InvalidChallenge.Result();
        }

        await work.CommitAsync(cancellationToken);
        return Results.Content(json, "application/json");
    }
}
