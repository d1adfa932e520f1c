using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Access.Internal;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Mfa;

/// <summary>A first code of the pending seed.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConfirmTotpRequest([property: MaxLength(128)] string? Challenge, [property: Required, MaxLength(64)] string? Code);

/// <summary>The backup codes of a factor that was confirmed by somebody already signed in.</summary>
internal sealed record TotpConfirmed(IReadOnlyList<string> BackupCodes);

/// <summary><c>POST /auth/mfa/totp/confirm</c>: the pending seed becomes the factor; a challenge becomes a session.</summary>
internal sealed class ConfirmTotp(
    PalisadeDatabase database, Challenges challenges, TotpFactors totp, BackupCodes backupCodes, Recoveries recoveries, AttemptLanes lanes,
    SignInCompletion completion, SessionStore sessions, Outbox outbox,
    TimeProvider clock)
{
    internal static Task<IResult> HandleAsync(ConfirmTotpRequest request, HttpContext context, ConfirmTotp slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(ConfirmTotpRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var facts = context.Facts();
        OpenChallenge? challenge = null;
        if (request.Challenge is not null)
        {
            await using var taking = await database.BeginSystemAsync(facts, cancellationToken);
            challenge = await challenges.TakeTryAsync(taking, request.Challenge, Challenges.Enroll, cancellationToken);
            await taking.CommitAsync(cancellationToken);
            if (challenge is null)
            {
                return Problem.InvalidChallenge.Result();
            }
        }
        else if (StepUp.Missing(context, context.RequireCaller(), clock) is { } missing)
        {
            return missing.Result();
        }

        var userId = challenge?.User ?? context.RequireCaller().User;
        var (verdict, attempt, lockedUntil) = await lanes.ReserveAsync(SignInLanes.Mfa, userId.ToString("N"), facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        UserAccount? user;
        using (attempt)
        {
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            user = await UserStore.FindAsync(work, userId, cancellationToken);
            if (user is not null && user.MaySignIn(clock.GetUtcNow())
                && await totp.TryConfirmAsync(work, user.Tenant, user.Id, request.Code, replace: challenge is null, cancellationToken)
                && (challenge is null || await challenges.ConsumeAsync(work, challenge, cancellationToken)))
            {
                return await CompleteAsync(context, work, user, challenge, attempt, cancellationToken);
            }
        }

        await using var refusing = await database.BeginSystemAsync(facts, cancellationToken);
        var failed = new SecurityEvent(SecurityEvents.MfaFailed) { Tenant = challenge?.Tenant, Actor = userId }.On("user", userId);
        await lanes.CountFailureAsync(refusing, attempt, failed.Refused("wrong_first_code"), "second_factor", user, cancellationToken);
        await refusing.CommitAsync(cancellationToken);
        return Problem.InvalidChallenge.Result();
    }

    private async Task<IResult> CompleteAsync(
        HttpContext context, UnitOfWork work, UserAccount user, OpenChallenge? challenge, Attempt attempt, CancellationToken cancellationToken)
    {
        var codes = await backupCodes.ReplaceAsync(work, user, cancellationToken);
        await work.RecordAsync(new SecurityEvent(SecurityEvents.MfaEnrolled) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id), cancellationToken);
        await outbox.SendAsync(work, Messages.MfaEnrolled(user.Recipient, FactorName.Totp, Occasion.Of(work.Facts, clock.GetUtcNow())), cancellationToken);
        if (challenge is not null)
        {
            var start = new SessionStart(AuthenticationLevel.Mfa, "totp", challenge.Client) { ProbationUntil = await recoveries.BeginProbationAsync(work, user.Id, cancellationToken) };
            var signedIn = await completion.RunAsync(context, work, user, start, attempt, cancellationToken);
            return Results.Ok(signedIn with { BackupCodes = codes });
        }

        await lanes.SettleAsync(work, attempt, AttemptOutcome.Succeeded, cancellationToken);
        await sessions.EndAllAsync(work, user.Id, "factor_changed", except: context.RequireCaller().Session, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Ok(new TotpConfirmed(codes));
    }
}
