using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Devices;
using Palisade.Devices.Internal;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>The second step of a sign-in.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VerifyMfaRequest(
    [property: Required, MaxLength(128)] string? Challenge,
    [property: Required, AllowedValues("totp", "backup_code", "passkey", "sms")] string? Method,
    [property: MaxLength(64)] string? Code,
    JsonElement? Credential,
    bool? TrustDevice);

/// <summary><c>POST /auth/mfa/verify</c>: challenge and code in, session out.</summary>
/// <remarks>
/// 1. One try is taken from the challenge, one from the account's lane of second factors and, on a device that is not known, one
///    from the network's; all are committed before the code is looked at, so neither parallel requests nor many challenges buy more tries.
/// 2. The code is spent by a conditional write (a later TOTP step, an unused backup code), the challenge by another.
/// 3. Session, counters and event stand or fall with them in one transaction.
/// </remarks>
internal sealed class VerifyMfa(
    PalisadeDatabase database, Challenges challenges, SecondFactors factors, LoginLanes login, AttemptLanes lanes, DeviceOptions deviceOptions, SignInCompletion completion,
    TimeProvider clock)
{
    internal static Task<IResult> HandleAsync(VerifyMfaRequest request, HttpContext context, VerifyMfa slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(VerifyMfaRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var facts = context.Facts();
        OpenChallenge? challenge;
        await using (var taking = await database.BeginSystemAsync(facts, cancellationToken))
        {
            challenge = await challenges.TakeTryAsync(taking, request.Challenge, Challenges.Verify, cancellationToken);
            await taking.CommitAsync(cancellationToken);
        }

        if (challenge is null)
        {
            return Problem.InvalidChallenge.Result();
        }

        var (verdict, attempt, lockedUntil) = await login.ReserveCodeAsync(challenge.User, DeviceSecret.Of(context, deviceOptions), facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        UserAccount? user;
        using (attempt)
        {
            var shown = new ShownFactor(request.Method!, request.Code, request.Credential, CeremonyFor.Challenge(challenge.Hash));
            await factors.TakeTryAsync(facts, challenge.User, shown, cancellationToken);
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            user = await UserStore.FindAsync(work, challenge.User, cancellationToken);
            if (user is not null && user.MaySignIn(clock.GetUtcNow())
                && await factors.TrySpendAsync(work, context, user, shown, cancellationToken) is { } level
                && await challenges.ConsumeAsync(work, challenge, cancellationToken))
            {
                await Recoveries.StopAsync(work, user, cancellationToken);
                var probation = (await Factors.OfAsync(work, user.Id, cancellationToken)).ProbationUntil;
                return Results.Ok(await completion.RunAsync(
                    context, work, user,
                    new SessionStart(level, shown.Method, challenge.Client) { ProbationUntil = probation, TrustDevice = request.TrustDevice is true }, attempt, cancellationToken));
            }
        }

        return await RefuseAsync(facts, challenge, user, attempt, cancellationToken);
    }

    private async Task<IResult> RefuseAsync(RequestFacts facts, OpenChallenge challenge, UserAccount? user, Attempt attempt, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        var failed = new SecurityEvent(SecurityEvents.MfaFailed) { Tenant = challenge.Tenant, Actor = challenge.User }.On("user", challenge.User);
        await lanes.CountFailureAsync(work, attempt, failed.Refused("wrong_code"), "second_factor", user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Problem.InvalidChallenge.Result();
    }
}
