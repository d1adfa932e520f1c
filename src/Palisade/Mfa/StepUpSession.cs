using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crypto.Passwords;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Sessions;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Mfa;

/// <summary>A factor shown again. The password only where the account has no other.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StepUpRequest(
    [property: Required, AllowedValues("totp", "backup_code", "passkey", "sms", "password")] string? Method,
    [property: MaxLength(64)] string? Code,
    JsonElement? Credential,
    [property: MaxLength(PasswordAttempt.MaxUnits)] string? Password);

/// <summary><c>POST /auth/step-up</c>: a fresh proof in, a new session out; the old one is dead (RFC 9470, R070, D1).</summary>
/// <remarks>
/// 1. A try is reserved in the lane of what is shown, as at a sign-in: a stolen session buys no guesses.
/// 2. The proof is spent, the old session ended, the new one begun and the event written in one transaction. A session that was
///    ended meanwhile does not come back by this.
/// 3. The new session's level is that of what was shown now, never the sum of what was shown before; it ends no later than the old.
/// </remarks>
internal sealed class StepUpSession(
    PalisadeDatabase database, SecondFactors factors, PasswordProof passwords, AttemptLanes lanes, SessionStore sessions, SignInAnswer answer, TimeProvider clock)
{
    private sealed record Present(string Client, Guid? Device, Binding Binding);

    internal static Task<IResult> HandleAsync(StepUpRequest request, HttpContext context, StepUpSession slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(StepUpRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var (caller, facts) = (context.RequireCaller(), context.Facts());
        UserAccount? user;
        bool passwordSuffices;
        await using (var reading = await database.BeginSystemAsync(facts, cancellationToken))
        {
            user = await UserStore.FindAsync(reading, caller.User, cancellationToken);
            passwordSuffices = (await Factors.OfAsync(reading, caller.User, cancellationToken)).Owed(mandatory: false) is null;
        }

        if (user is null || !user.MaySignIn(clock.GetUtcNow()))
        {
            return Problem.Unauthenticated.Result();
        }

        var byPassword = request.Method == "password";
        var (verdict, attempt, lockedUntil) = byPassword
            ? await lanes.ReserveAsync(SignInLanes.Password, user.EmailKey, facts, cancellationToken)
            : await lanes.ReserveAsync(SignInLanes.Mfa, user.Id.ToString("N"), facts, cancellationToken);
        if (attempt is null)
        {
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        using (attempt)
        {
            var passwordIsRight = byPassword && passwordSuffices && await passwords.VerifyAsync(user, request.Password ?? "", attempt, facts, cancellationToken);
            var shown = new ShownFactor(request.Method!, request.Code, request.Credential, CeremonyFor.StepUp(caller.Session));
            await factors.TakeTryAsync(facts, user.Id, shown, cancellationToken);
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            var level = passwordIsRight ? AuthenticationLevel.Password : await factors.TrySpendAsync(work, context, user, shown, cancellationToken);
            if (level is { } proved && await sessions.RevokeAsync(work, caller.Session, "regenerated", cancellationToken))
            {
                return Results.Ok(await CompleteAsync(context, work, user, proved, request.Method!, attempt, cancellationToken));
            }
        }

        return await RefuseAsync(facts, user, byPassword, attempt, cancellationToken);
    }

    private async Task<SignedIn> CompleteAsync(
        HttpContext context, UnitOfWork work, UserAccount user, AuthenticationLevel level, string method, Attempt attempt, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        var present = (await work.FirstAsync(
            "SELECT client, device_id, bound_key, bound_certificate FROM sessions.sessions WHERE id = $1",
            [caller.Session],
            row => new Present(row.GetString(0), row.IsDBNull(1) ? null : row.GetGuid(1), Binding.At(row, 2)),
            cancellationToken))!;
        var start = new SessionStart(level, method, present.Client) { Device = present.Device, Binding = present.Binding, ProbationUntil = caller.ProbationUntil };
        var session = await sessions.BeginAsync(work, user, start, cancellationToken);
        await SessionStore.InheritEndAsync(work, session.Id, caller.Session, cancellationToken);
        await lanes.SettleAsync(work, attempt, AttemptOutcome.Succeeded, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.SteppedUp) { Tenant = user.Tenant, Session = session.Id, Details = new Dictionary<string, object?> { ["factor"] = method } }.On("user", user.Id),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return answer.Give(context, user, session, present.Client);
    }

    private async Task<IResult> RefuseAsync(RequestFacts facts, UserAccount user, bool byPassword, Attempt attempt, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        var failed = new SecurityEvent(SecurityEvents.SteppedUp) { Tenant = user.Tenant }.On("user", user.Id).Refused(byPassword ? "wrong_password" : "wrong_code");
        await lanes.CountFailureAsync(work, attempt, failed, "step_up", user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Problem.InvalidChallenge.Result();
    }
}
