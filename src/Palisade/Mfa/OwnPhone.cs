using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Mfa;

/// <summary>A number to send codes to: E.164, or national as in the country.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EnrollPhoneRequest([property: Required, MaxLength(40)] string? Phone, [property: Country] string? Country) : IHasRules
{
    public IEnumerable<FieldError> Rules() => PhoneRules.For("phone", Phone, Country);
}

/// <summary>The code that came.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConfirmPhoneRequest([property: Required, MaxLength(16)] string? Code);

/// <summary>For the challenge of a sign-in, or, without, for a step-up of the caller.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SendCodeRequest([property: MaxLength(128)] string? Challenge);

/// <summary><c>POST /auth/mfa/sms/enroll</c>, <c>/confirm</c> and <c>/send</c>.</summary>
/// <remarks>Anybody may have the factor; whose role must have one cannot sign in with it (R039, correction 2).</remarks>
internal sealed class OwnPhone(
    PalisadeDatabase database, SmsFactors sms, Challenges challenges, AttemptLanes lanes, SessionStore sessions, Outbox outbox, RoleBook roles, MfaOptions options, TimeProvider clock)
{
    internal static Task<IResult> EnrollAsync(EnrollPhoneRequest request, HttpContext context, OwnPhone slice, CancellationToken cancellationToken) =>
        slice.EnrollAsync(request, context, cancellationToken);

    internal static Task<IResult> ConfirmAsync(ConfirmPhoneRequest request, HttpContext context, OwnPhone slice, CancellationToken cancellationToken) =>
        slice.ConfirmAsync(request, context, cancellationToken);

    internal static Task<IResult> SendAsync(SendCodeRequest request, HttpContext context, OwnPhone slice, CancellationToken cancellationToken) =>
        slice.SendAsync(request, context, cancellationToken);

    private async Task<IResult> EnrollAsync(EnrollPhoneRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var country = CountryCode.TryParse(request.Country ?? options.DefaultCountry, out var known) ? known : default;
        if (!PhoneNumber.TryParse(request.Phone, country, out var phone, out var refusal))
        {
            throw new InvalidRequestException([refusal.Explain().At("phone")]);
        }

        var caller = context.RequireCaller();
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        var user = await UserStore.FindAsync(work, caller.User, cancellationToken) ?? throw new ProblemException(Problem.Unauthenticated);
        await sms.BeginAsync(work, user, phone, cancellationToken);
        return await AnswerAsync(work, await sms.SendAsync(work, user, "pending", SmsFactors.Enrollment(user.Id), cancellationToken), cancellationToken);
    }

    private async Task<IResult> SendAsync(SendCodeRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        var open = request.Challenge is null ? null : await challenges.FindAsync(work, request.Challenge, Challenges.Verify, cancellationToken);
        if (request.Challenge is not null && open is null)
        {
            return Problem.InvalidChallenge.Result();
        }

        var what = open is null ? CeremonyFor.StepUp(context.RequireCaller().Session) : CeremonyFor.Challenge(open.Hash);
        if (await UserStore.FindAsync(work, open?.User ?? context.RequireCaller().User, cancellationToken) is not { } user
            || !user.MaySignIn(clock.GetUtcNow())
            || roles.Find(user.Role) is not { NeedsMfa: false }
            || await sms.SendAsync(work, user, "active", what, cancellationToken) is not { } verdict)
        {
            return Problem.InvalidChallenge.Result();
        }

        return await AnswerAsync(work, verdict, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(UnitOfWork work, SmsVerdict? verdict, CancellationToken cancellationToken)
    {
        if (verdict is not { Refusal: SmsRefusal.None })
        {
            return (verdict?.Refusal == SmsRefusal.TooSoon ? Problem.TooManyAttempts : Problem.SmsUnavailable).Result(verdict?.RetryAfter);
        }

        await work.CommitAsync(cancellationToken);
        return Results.Json(
            new { expiresIn = (int)SmsFactors.CodeLife.TotalSeconds, resendAfter = (int)SmsFactors.Pause.TotalSeconds }, statusCode: StatusCodes.Status202Accepted);
    }

    private async Task<IResult> ConfirmAsync(ConfirmPhoneRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var (caller, facts) = (context.RequireCaller(), context.Facts());
        var (verdict, attempt, lockedUntil) = await lanes.ReserveAsync(SignInLanes.Mfa, caller.User.ToString("N"), facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        using (attempt)
        {
            UserAccount? user;
            var what = SmsFactors.Enrollment(caller.User);
            await sms.TakeTryAsync(facts, caller.User, what, cancellationToken);
            await using (var work = await database.BeginSystemAsync(facts, cancellationToken))
            {
                user = await UserStore.FindAsync(work, caller.User, cancellationToken);
                if (user is { IsActive: true }
                    && await sms.TrySpendAsync(work, user, "pending", request.Code, what, cancellationToken)
                    && await sms.ActivateAsync(work, user.Id, cancellationToken))
                {
                    await lanes.SettleAsync(work, attempt, AttemptOutcome.Succeeded, cancellationToken);
                    await sessions.EndAllAsync(work, user.Id, "factor_changed", except: caller.Session, cancellationToken);
                    await work.RecordAsync(
                        new SecurityEvent(SecurityEvents.MfaEnrolled) { Tenant = user.Tenant, Details = new Dictionary<string, object?> { ["method"] = "sms" } }.On("user", user.Id), cancellationToken);
                    await outbox.SendAsync(work, Messages.MfaEnrolled(user.Recipient, FactorName.Sms, Occasion.Of(facts, clock.GetUtcNow())), cancellationToken);
                    await work.CommitAsync(cancellationToken);
                    return Results.NoContent();
                }
            }

            await using var refusing = await database.BeginSystemAsync(facts, cancellationToken);
            var failed = new SecurityEvent(SecurityEvents.MfaFailed) { Tenant = caller.Tenant }.On("user", caller.User);
            await lanes.CountFailureAsync(refusing, attempt, failed.Refused("wrong_first_code"), "second_factor", user, cancellationToken);
            await refusing.CommitAsync(cancellationToken);
            return Problem.InvalidChallenge.Result();
        }
    }
}
