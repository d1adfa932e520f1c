using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Captcha;
using Palisade.Crypto.Passwords;
using Palisade.Devices;
using Palisade.Devices.Internal;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Passwords;
using Palisade.Passwords.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>The first step of a sign-in.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LoginRequest(
    [property: Required, MaxLength(255)] string? Email,
    [property: Required, MaxLength(PasswordAttempt.MaxUnits)] string? Password,
    [property: AllowedValues("browser", "native", null)] string? Client,
    [property: MaxLength(CaptchaGate.MaxLength)] string? Captcha);

/// <summary><c>POST /auth/login</c>.</summary>
/// <remarks>
/// 1. Room: more sign-ins than can be hashed in time are sent away before they cost anything (A7).
/// 2. Reserve: one statement takes a try from each lane the attempt belongs to, and commits it, before anything is hashed (A1).
///    An address without an account has its lanes like any other; a known device has one that no stranger reaches (A6).
/// 3. After more than three failures, a captcha first; without one nothing is counted and nothing hashed (R014).
/// 4. Hash: always one Argon2id, inside the pool's bound; for an unknown account against a hash nobody has a password for.
/// 5. Settle: how the try ended, the event, and the session or challenge are one transaction. If that fails, the try stays
///    taken, and counts as a failure when its time is over (A5).
/// Unknown, wrong, pending, disabled, held: one path, one answer.
/// </remarks>
internal sealed class Login(
    PalisadeDatabase database, LoginLanes login, AttemptLanes lanes, HashPool pool, PasswordHashes passwords, CaptchaGate captchas, IRiskSource risk, Challenges challenges,
    KnownDevices devices, DeviceOptions deviceOptions, SignInCompletion completion, RoleBook roles,
    PasswordExpiry expiry, TimeProvider clock)
{
    internal static Task<IResult> HandleAsync(LoginRequest request, HttpContext context, Login slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(LoginRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var password = PasswordPolicy.Parse(request.Password!, "password");

        // An address that cannot be one is an unknown account, not another kind of error. One whose provider was listed as
        // disposable since it registered is still its account's.
        var isAddress = EmailAddress.TryParse(request.Email, out var email, out var refusal) || refusal == EmailRefusal.Disposable;
        var emailKey = isAddress ? email.Key : request.Email!.Trim().ToLowerInvariant();
        var client = SignInCompletion.ClientOf(request.Client, context);
        var facts = context.Facts();
        var device = DeviceSecret.Of(context, deviceOptions);
        using var room = pool.Enter(device is not null);
        var suspicious = await risk.ReputationOfAsync(facts.Address, cancellationToken) < IRiskSource.Suspicious;
        var place = await ReserveAsync(emailKey, device, request.Captcha, suspicious, facts, cancellationToken);
        if (place.Attempt is not { } attempt)
        {
            await RecordRefusalAsync(facts, place, cancellationToken);
            return SignInLanes.Refusal(place.Verdict, place.LockedUntil, clock);
        }

        using (attempt)
        {
            // No transaction is open while the hash runs: a connection is worth more than that.
            (room.IsKnown, room.Company) = (place.Device is not null, place.User?.Tenant.Value ?? Guid.Empty);
            var found = await VerifyAsync(place.User, password, attempt, room, facts, cancellationToken);
            var rehash = found.NeedsRehash ? await passwords.HashAsync(password, cancellationToken) : null;
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            return found.Match && place.User is { } user && user.MaySignIn(clock.GetUtcNow())
                ? await AcceptAsync(context, work, user, rehash, attempt, client, !suspicious && devices.IsTrusted(place.Device, user), cancellationToken)
                : await RefuseAsync(work, place.User, found.Match, attempt, cancellationToken);
        }
    }

    private async Task<LoginPlace> ReserveAsync(
        string emailKey, DeviceSecret? device, string? captcha, bool suspicious, RequestFacts facts, CancellationToken cancellationToken)
    {
        if (!suspicious)
        {
            var place = await login.ReserveAsync(emailKey, device, solved: false, facts, cancellationToken);
            if (place.Verdict != AttemptVerdict.Captcha)
            {
                return place;
            }
        }

        return await captchas.IsPassedAsync(captcha, facts, cancellationToken)
            ? await login.ReserveAsync(emailKey, device, solved: true, facts, cancellationToken)
            : new LoginPlace(AttemptVerdict.Captcha, null, null, null, null);
    }

    private async Task<PasswordVerdict> VerifyAsync(
        UserAccount? user, PasswordAttempt password, Attempt attempt, HashPlace room, RequestFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            return await passwords.VerifyAsync(user?.PasswordHash, password, room, cancellationToken);
        }
        catch (Exception exception) when (exception is ProblemException or OperationCanceledException)
        {
            // The pool was full, or the client left the queue: nothing was hashed, so nothing was tried.
            await using var work = await database.BeginSystemAsync(facts, CancellationToken.None);
            await lanes.SettleAsync(work, attempt, AttemptOutcome.Released, CancellationToken.None);
            await work.CommitAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task<IResult> AcceptAsync(
        HttpContext context, UnitOfWork work, UserAccount user, string? rehash, Attempt attempt, string client, bool trusted, CancellationToken cancellationToken)
    {
        if (rehash is not null)
        {
            await UserStore.RehashAsync(work, user.Id, user.PasswordHash!, rehash, cancellationToken);
        }

        var factors = await Factors.OfAsync(work, user.Id, cancellationToken);
        if (expiry.IsDue(user, factors))
        {
            await lanes.SettleAsync(work, attempt, AttemptOutcome.Released, cancellationToken);
            var change = await challenges.IssueAsync(work, user, Challenges.ChangePassword, PasswordExpiry.Methods(factors), client, cancellationToken);
            await work.RecordAsync(new SecurityEvent(SecurityEvents.PasswordAccepted) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id), cancellationToken);
            await work.CommitAsync(cancellationToken);
            return Results.Ok(change);
        }

        var mandatory = roles.Find(user.Role) is not { NeedsMfa: false };
        var owed = factors.Owed(mandatory);
        if (owed is { } purpose && !(trusted && purpose == Challenges.Verify))
        {
            await lanes.SettleAsync(work, attempt, AttemptOutcome.Released, cancellationToken);
            var challenge = await challenges.IssueAsync(work, user, purpose, factors.Methods(purpose, mandatory), client, cancellationToken);
            await work.RecordAsync(new SecurityEvent(SecurityEvents.PasswordAccepted) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id), cancellationToken);
            await work.CommitAsync(cancellationToken);
            return Results.Ok(challenge);
        }

        var start = new SessionStart(AuthenticationLevel.Password, owed is null ? "password" : "trusted_device", client) { ProbationUntil = factors.ProbationUntil };
        return Results.Ok(await completion.RunAsync(context, work, user, start, attempt, cancellationToken));
    }

    private async Task<IResult> RefuseAsync(UnitOfWork work, UserAccount? user, bool passwordWasRight, Attempt attempt, CancellationToken cancellationToken)
    {
        var failed = Failed(user).Refused(user is null ? "unknown_account" : passwordWasRight ? AttemptLanes.ReasonOf(user) : "wrong_password");
        await lanes.CountFailureAsync(work, attempt, failed, "password", user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Problem.InvalidCredentials.Result();
    }

    private async Task RecordRefusalAsync(RequestFacts facts, LoginPlace place, CancellationToken cancellationToken)
    {
        var reason = place.Verdict switch { AttemptVerdict.Locked => "locked", AttemptVerdict.Captcha => "captcha_required", _ => "busy" };
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await work.RecordAsync(Failed(place.User).Refused(reason), cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static SecurityEvent Failed(UserAccount? user) => user is null
        ? new SecurityEvent(SecurityEvents.LoginFailed)
        : new SecurityEvent(SecurityEvents.LoginFailed) { Tenant = user.Tenant }.On("user", user.Id);
}
