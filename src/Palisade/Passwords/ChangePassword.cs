using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crypto.Passwords;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Passwords.Internal;
using Palisade.Sessions;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Passwords;

/// <summary>The present password and the next. By somebody signed in; or by the challenge of a sign-in whose password is too old, with a code where a factor is enrolled.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangePasswordRequest(
    [property: Required, MaxLength(PasswordAttempt.MaxUnits)] string? CurrentPassword,
    [property: Required] string? NewPassword,
    [property: MaxLength(128)] string? Challenge,
    [property: AllowedValues("totp", "backup_code", null)] string? Method,
    [property: MaxLength(64)] string? Code);

/// <summary><c>POST /auth/password/change</c>: 204; every other session ends, and a browser's own goes on under a new handle (R025, D1).</summary>
/// <remarks>
/// 1. The next password is weighed: what would be refused anyway counts nothing and changes nothing.
/// 2. A try is reserved in a lane of the account's own, so that a stolen session buys no guesses and a stranger's failures at the
///    sign-in do not stand in the holder's way. The present password is checked; no transaction is open meanwhile.
/// 3. Challenge, password, sessions, event and notice stand or fall in one transaction, and only if the password is still the one
///    that was checked. A code that was asked for is spent before it.
/// </remarks>
internal sealed class ChangePassword(
    PalisadeDatabase database, AttemptLanes lanes, Challenges challenges, SecondFactors factors, NewPasswords newPasswords, PasswordHashes passwords,
    PasswordHistory history, Replacement replacement, SessionStore sessions, SignInAnswer answer, RoleBook roles, TimeProvider clock)
{
    private const string Lane = "change-password";

    private sealed record Known(UserAccount User, PasswordHolder Holder, Factors Factors);

    internal static Task<IResult> HandleAsync(ChangePasswordRequest request, HttpContext context, ChangePassword slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(ChangePasswordRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var facts = context.Facts();
        OpenChallenge? challenge = null;
        Known? known;
        await using (var taking = await database.BeginSystemAsync(facts, cancellationToken))
        {
            if (request.Challenge is not null)
            {
                challenge = await challenges.TakeTryAsync(taking, request.Challenge, Challenges.ChangePassword, cancellationToken);
            }

            var id = request.Challenge is null ? context.FindCaller()?.User : challenge?.User;
            known = id is { } user ? await FindAsync(taking, user, cancellationToken) : null;
            await taking.CommitAsync(cancellationToken);
        }

        if (known is null)
        {
            return (request.Challenge is null ? Problem.Unauthenticated : Problem.InvalidChallenge).Result();
        }

        var current = PasswordPolicy.Parse(request.CurrentPassword!, "currentPassword");
        var next = await newPasswords.AcceptAsync(request.NewPassword!, known.Holder, "newPassword", cancellationToken);
        var (verdict, attempt, lockedUntil) = await lanes.ReserveAsync(Lane, known.User.Id.ToString("N"), facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        using (attempt)
        {
            if (!await IsRightAsync(known.User, current, attempt, facts, cancellationToken))
            {
                throw new InvalidRequestException([new FieldError("currentPassword", "incorrect", "This is not your present password.")]);
            }
        }

        var isSame = request.NewPassword!.Normalize(NormalizationForm.FormC) == request.CurrentPassword!.Normalize(NormalizationForm.FormC);
        if (isSame || await history.HoldsAsync(known.User, next, facts, cancellationToken))
        {
            throw new InvalidRequestException([NewPasswords.UsedBefore("newPassword")]);
        }

        var hash = await passwords.HashAsync(next, cancellationToken);
        return challenge is null
            ? await ReplaceAsync(context, known.User, hash, cancellationToken)
            : await ReplaceExpiredAsync(request, context, known, challenge, hash, cancellationToken);
    }

    private async Task<Known?> FindAsync(UnitOfWork work, Guid id, CancellationToken cancellationToken) =>
        await UserStore.FindAsync(work, id, cancellationToken) is { } user && user.MaySignIn(clock.GetUtcNow()) && await Holders.OfAsync(work, id, roles, cancellationToken) is { } holder
            ? new Known(user, holder, await Factors.OfAsync(work, id, cancellationToken))
            : null;

    private async Task<bool> IsRightAsync(UserAccount user, PasswordAttempt current, Attempt attempt, RequestFacts facts, CancellationToken cancellationToken)
    {
        bool? match = null;
        try
        {
            match = (await passwords.VerifyAsync(user.PasswordHash, current, cancellationToken)).Match;
        }
        finally
        {
            // Without an answer nothing was hashed, so nothing was tried.
            await using var work = await database.BeginSystemAsync(facts, CancellationToken.None);
            await lanes.SettleAsync(
                work, attempt, match switch { true => AttemptOutcome.Succeeded, false => AttemptOutcome.Failed, null => AttemptOutcome.Released }, CancellationToken.None);
            if (match is false)
            {
                await work.RecordAsync(
                    new SecurityEvent(SecurityEvents.PasswordChanged) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id).Refused("wrong_password"), CancellationToken.None);
            }

            await work.CommitAsync(CancellationToken.None);
        }

        return match is true;
    }

    private async Task<IResult> ReplaceAsync(HttpContext context, UserAccount user, string hash, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        if (!await replacement.RunAsync(work, user, hash, SecurityEvents.PasswordChanged, caller.Session, cancellationToken))
        {
            return Problem.InvalidCredentials.Result();
        }

        // A native client has nowhere to be told new tokens in this answer; it refreshes, and the old access token is outdated.
        var client = await SessionStore.ClientOfAsync(work, caller.Session, cancellationToken);
        var renewed = client == "native" ? null : await RegenerateAsync(work, user, caller, client, cancellationToken);
        await work.CommitAsync(cancellationToken);
        if (renewed is not null)
        {
            context.Response.Headers["X-CSRF-Token"] = answer.Give(context, user, renewed, client).CsrfToken;
        }

        return Results.NoContent();
    }

    private async Task<NewSession> RegenerateAsync(UnitOfWork work, UserAccount user, Caller caller, string client, CancellationToken cancellationToken)
    {
        var current = (await UserStore.FindAsync(work, user.Id, cancellationToken))!;
        var session = await sessions.RegenerateAsync(
            work, caller.Session, current, new SessionStart(caller.Level, "password", client) { ProbationUntil = caller.ProbationUntil }, cancellationToken);
        await SessionStore.InheritEndAsync(work, session.Id, caller.Session, cancellationToken);
        // A password alone makes no proof of two factors fresh.
        await work.ExecuteAsync("UPDATE sessions.sessions SET authenticated_at = $2 WHERE id = $1", [session.Id, caller.AuthenticatedAt], cancellationToken);
        return session;
    }

    private async Task<IResult> ReplaceExpiredAsync(
        ChangePasswordRequest request, HttpContext context, Known known, OpenChallenge challenge, string hash, CancellationToken cancellationToken)
    {
        var facts = context.Facts();
        if (known.Factors.Enrolled.Any() && !await ShowsFactorAsync(request, context, known.User, challenge, facts, cancellationToken))
        {
            return Problem.InvalidChallenge.Result();
        }

        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        if (!await challenges.ConsumeAsync(work, challenge, cancellationToken)
            || !await replacement.RunAsync(work, known.User, hash, SecurityEvents.PasswordChanged, except: null, cancellationToken))
        {
            return Problem.InvalidChallenge.Result();
        }

        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }

    /// <summary>Spends a code in a transaction of its own: it is gone even where the change then fails.</summary>
    private async Task<bool> ShowsFactorAsync(
        ChangePasswordRequest request, HttpContext context, UserAccount user, OpenChallenge challenge, RequestFacts facts, CancellationToken cancellationToken)
    {
        var (_, attempt, _) = await lanes.ReserveAsync(SignInLanes.Mfa, user.Id.ToString("N"), facts, cancellationToken);
        if (attempt is null)
        {
            return false;
        }

        using (attempt)
        {
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            var shown = new ShownFactor(request.Method ?? "", request.Code, null, CeremonyFor.Challenge(challenge.Hash));
            var right = await factors.TrySpendAsync(work, context, user, shown, cancellationToken) is not null;
            if (right)
            {
                await lanes.SettleAsync(work, attempt, AttemptOutcome.Released, cancellationToken);
            }
            else
            {
                var failed = new SecurityEvent(SecurityEvents.MfaFailed) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id);
                await lanes.CountFailureAsync(work, attempt, failed.Refused("wrong_code"), "second_factor", user, cancellationToken);
            }

            await work.CommitAsync(cancellationToken);
            return right;
        }
    }
}
