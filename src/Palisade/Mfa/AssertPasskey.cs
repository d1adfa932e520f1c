using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Mfa;

/// <summary>A passkey shown, as <c>PublicKeyCredential.toJSON()</c> writes it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AssertPasskeyRequest([property: Required] JsonElement? Credential, [property: AllowedValues("browser", "native", null)] string? Client) : IHasRules
{
    public IEnumerable<FieldError> Rules() => WebAuthnAnswer.Rules(Credential);
}

/// <summary><c>POST /auth/passkeys/assert</c>: a sign-in by a passkey alone. What it holds and who it verified are two factors.</summary>
/// <remarks>Its lane is the passkey's own: a stranger who locks the password's stops nobody who has one (A6).</remarks>
internal sealed class AssertPasskey(
    PalisadeDatabase database, PasskeyCeremonies ceremonies, Passkeys passkeys, AttemptLanes lanes, SignInCompletion completion, TimeProvider clock)
{
    internal static Task<IResult> HandleAsync(AssertPasskeyRequest request, HttpContext context, AssertPasskey slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(AssertPasskeyRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var client = SignInCompletion.ClientOf(request.Client, context);
        var (credential, facts) = (request.Credential!.Value, context.Facts());
        var (verdict, attempt, lockedUntil) = await lanes.ReserveAsync(SignInLanes.Passkey, WebAuthnAnswer.IdOf(credential)!, facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        using (attempt)
        {
            UserAccount? user = null;
            var reason = "wrong_passkey";
            await using (var work = await database.BeginSystemAsync(facts, cancellationToken))
            {
                if (await ceremonies.FinishAssertionAsync(work, context, credential, CeremonyFor.SignIn, cancellationToken) is { } shown)
                {
                    user = await UserStore.FindAsync(work, shown.User, cancellationToken);
                    var maySignIn = user?.MaySignIn(clock.GetUtcNow()) == true;
                    if (maySignIn && await passkeys.TryCountAsync(work, shown, cancellationToken))
                    {
                        await Recoveries.StopAsync(work, user!, cancellationToken);
                        var start = new SessionStart(AuthenticationLevel.PhishingResistant, "passkey", client)
                        {
                            ProbationUntil = (await Factors.OfAsync(work, user!.Id, cancellationToken)).ProbationUntil,
                        };
                        return Results.Ok(await completion.RunAsync(context, work, user!, start, attempt, cancellationToken));
                    }

                    reason = maySignIn ? "passkey_counter" : AttemptLanes.ReasonOf(user);
                }
            }

            return await RefuseAsync(facts, user, reason, attempt, cancellationToken);
        }
    }

    private async Task<IResult> RefuseAsync(RequestFacts facts, UserAccount? user, string reason, Attempt attempt, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await lanes.SettleAsync(work, attempt, AttemptOutcome.Failed, cancellationToken);
        var failed = new SecurityEvent(SecurityEvents.LoginFailed) { Tenant = user?.Tenant };
        failed = user is null ? failed : failed.On("user", user.Id);
        await work.RecordAsync(failed.Refused(reason), cancellationToken);
        if (reason == "passkey_counter")
        {
            await work.RecordAsync((failed with { Type = SecurityEvents.PasskeyCloned }).Refused(reason), cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return Problem.InvalidCredentials.Result();
    }
}
