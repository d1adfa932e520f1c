using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crypto.Passwords;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>The challenge of a sign-in whose password was right, from somebody who cannot answer it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RecoverAccountRequest([property: Required, MaxLength(128)] string? Challenge);

/// <summary>The mailed link's token.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CancelRecoveryRequest([property: Required, MaxLength(128)] string? Token);

/// <summary>The mailed token, and the password once more.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CompleteRecoveryRequest(
    [property: Required, MaxLength(128)] string? Token, [property: Required, MaxLength(PasswordAttempt.MaxUnits)] string? Password);

/// <summary>Where a recovery stands: <c>waiting</c> until the time told and, where it says so, for a second person; or <c>mailed</c>.</summary>
internal sealed record RecoveryStanding(string Status, DateTimeOffset ReadyAt, bool NeedsApproval)
{
    internal static RecoveryStanding Of(string status, Recovery recovery) => new(status, recovery.ReadyAt, recovery is { NeedsApproval: true, Approved: false });
}

/// <summary><c>POST /auth/recovery</c>, <c>/cancel</c> and <c>/complete</c>: a lost factor, from asking to the next sign-in.</summary>
internal sealed class RecoverAccount(
    PalisadeDatabase database, Challenges challenges, Recoveries recoveries, PasswordProof passwords, AttemptLanes lanes, TimeProvider clock)
{
    /// <summary>Asks, and later asks again: then, with nothing left to wait for, the token is mailed.</summary>
    internal static Task<IResult> RequestAsync(RecoverAccountRequest request, HttpContext context, RecoverAccount slice, CancellationToken cancellationToken) =>
        slice.RequestAsync(request, context.Facts(), cancellationToken);

    internal static Task<IResult> CancelAsync(CancelRecoveryRequest request, HttpContext context, RecoverAccount slice, CancellationToken cancellationToken) =>
        slice.CancelAsync(request, context.Facts(), cancellationToken);

    internal static Task<IResult> CompleteAsync(CompleteRecoveryRequest request, HttpContext context, RecoverAccount slice, CancellationToken cancellationToken) =>
        slice.CompleteAsync(request, context.Facts(), cancellationToken);

    private async Task<IResult> RequestAsync(RecoverAccountRequest request, RequestFacts facts, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        if (await challenges.TakeTryAsync(work, request.Challenge, Challenges.Verify, cancellationToken) is not { } challenge
            || await UserStore.FindAsync(work, challenge.User, cancellationToken) is not { } user
            || !user.MaySignIn(clock.GetUtcNow()))
        {
            return Problem.InvalidChallenge.Result();
        }

        var recovery = await recoveries.TryBeginAsync(work, user, user.Id, cancellationToken)
            ?? await recoveries.FindAsync(work, user.Id, cancellationToken)
            ?? throw new ProblemException(Problem.Busy); // it ended between the two
        var ready = recovery.IsReady(clock.GetUtcNow());
        if (ready)
        {
            await recoveries.MailTokenAsync(work, user, recovery, cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return Results.Json(
            RecoveryStanding.Of(ready ? "mailed" : "waiting", recovery), statusCode: StatusCodes.Status202Accepted);
    }

    private async Task<IResult> CancelAsync(CancelRecoveryRequest request, RequestFacts facts, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        if (!await recoveries.TryObjectAsync(work, request.Token!, cancellationToken))
        {
            return Problem.InvalidToken400.Result();
        }

        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }

    private async Task<IResult> CompleteAsync(CompleteRecoveryRequest request, RequestFacts facts, CancellationToken cancellationToken)
    {
        UserAccount? owner;
        await using (var looking = await database.BeginSystemAsync(facts, cancellationToken))
        {
            // A guess is refused before it costs a hash; the conditional write below is what decides.
            owner = await recoveries.FindOwnerAsync(looking, request.Token!, cancellationToken);
        }

        if (owner is null || !owner.MaySignIn(clock.GetUtcNow()))
        {
            return Problem.InvalidToken400.Result();
        }

        var (verdict, attempt, lockedUntil) = await lanes.ReserveAsync(SignInLanes.Password, owner.EmailKey, facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        using (attempt)
        {
            var right = await passwords.VerifyAsync(owner, request.Password!, attempt, facts, cancellationToken);
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            var completed = right && await recoveries.TryCompleteAsync(work, request.Token!, cancellationToken) is not null;
            if (right)
            {
                await lanes.SettleAsync(work, attempt, AttemptOutcome.Released, cancellationToken);
            }
            else
            {
                var failed = new SecurityEvent(SecurityEvents.RecoveryCompleted) { Tenant = owner.Tenant }.On("user", owner.Id);
                await lanes.CountFailureAsync(work, attempt, failed.Refused("wrong_password"), "password", owner, cancellationToken);
            }

            await work.CommitAsync(cancellationToken);
            return completed ? Results.NoContent() : right ? Problem.InvalidToken400.Result() : Problem.InvalidCredentials.Result();
        }
    }
}
