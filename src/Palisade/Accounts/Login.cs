using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crypto.Passwords;
using Palisade.Hardening;
using Palisade.Mfa.Internal;
using Palisade.Passwords;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>The first step of a sign-in.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LoginRequest(
    [property: Required, MaxLength(255)] string? Email,
    [property: Required, MaxLength(PasswordAttempt.MaxUnits)] string? Password,
    [property: AllowedValues("browser", "native", null)] string? Client);

/// <summary><c>POST /auth/login</c>.</summary>
/// <remarks>
/// 1. Reserve: one statement takes a try from the address's lane and commits it, before anything is hashed (A1). An address
///    without an account has its lane like any other.
/// 2. Hash: always one Argon2id, inside the pool's bound; for an unknown account against a hash nobody has a password for.
/// 3. Settle: how the try ended, the event, and the session or challenge are one transaction. If that fails, the try stays
///    taken, and counts as a failure when its time is over (A5).
/// Unknown, wrong, pending, disabled: one path, one answer.
/// </remarks>
internal sealed class Login(
    PalisadeDatabase database, AttemptLanes lanes, PasswordHashes passwords, Challenges challenges, SignInCompletion completion, RoleBook roles, TimeProvider clock)
{
    internal static Task<IResult> HandleAsync(LoginRequest request, HttpContext context, Login slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(LoginRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var password = PasswordPolicy.Parse(request.Password!, "password");

        // An address that cannot be one is an unknown account, not another kind of error. One whose provider was listed as
        // disposable since it registered is still its account's.
        var isAddress = EmailAddress.TryParse(request.Email, out var email, out var refusal) || refusal == EmailRefusal.Disposable;
        var emailKey = isAddress ? email.Key : request.Email!.ToLowerInvariant();
        var client = ClientOf(request, context);
        var facts = context.Facts();
        var (verdict, attempt, lockedUntil) = await lanes.ReserveAsync(SignInLanes.Password, emailKey, facts, cancellationToken);
        if (attempt is null)
        {
            await RecordRefusalAsync(facts, emailKey, verdict == AttemptVerdict.Locked ? "locked" : "busy", cancellationToken);
            return SignInLanes.Refusal(verdict, lockedUntil, clock);
        }

        using (attempt)
        {
            UserAccount? user;
            await using (var reading = await database.BeginSystemAsync(facts, cancellationToken))
            {
                user = await UserStore.FindByEmailAsync(reading, emailKey, cancellationToken);
            }

            // No transaction is open while the hash runs: a connection is worth more than that.
            var found = await VerifyAsync(user, password, attempt, facts, cancellationToken);
            var rehash = found.NeedsRehash ? await passwords.HashAsync(password, cancellationToken) : null;
            await using var work = await database.BeginSystemAsync(facts, cancellationToken);
            return found.Match && user is { MaySignIn: true }
                ? await AcceptAsync(context, work, user, rehash, attempt, client, cancellationToken)
                : await RefuseAsync(work, user, found.Match, attempt, cancellationToken);
        }
    }

    private async Task<PasswordVerdict> VerifyAsync(UserAccount? user, PasswordAttempt password, Attempt attempt, RequestFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            return await passwords.VerifyAsync(user?.PasswordHash, password, cancellationToken);
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
        HttpContext context, UnitOfWork work, UserAccount user, string? rehash, Attempt attempt, string client, CancellationToken cancellationToken)
    {
        if (rehash is not null)
        {
            await UserStore.RehashAsync(work, user.Id, user.PasswordHash!, rehash, cancellationToken);
        }

        var factors = await Factors.OfAsync(work, user.Id, cancellationToken);
        if (factors.Owed(mandatory: roles.Find(user.Role) is not { NeedsMfa: false }) is { } purpose)
        {
            await lanes.SettleAsync(work, attempt, AttemptOutcome.Released, cancellationToken);
            var challenge = await challenges.IssueAsync(work, user, purpose, factors.Methods(purpose), client, cancellationToken);
            await work.RecordAsync(new SecurityEvent(SecurityEvents.PasswordAccepted) { Tenant = user.Tenant, Actor = user.Id }.On("user", user.Id), cancellationToken);
            await work.CommitAsync(cancellationToken);
            return Results.Ok(challenge);
        }

        return Results.Ok(await completion.RunAsync(
            context, work, user, new SessionStart(AuthenticationLevel.Password, "password", client), attempt, cancellationToken));
    }

    private async Task<IResult> RefuseAsync(UnitOfWork work, UserAccount? user, bool passwordWasRight, Attempt attempt, CancellationToken cancellationToken)
    {
        var locked = await lanes.SettleAsync(work, attempt, AttemptOutcome.Failed, cancellationToken);
        var failed = Failed(user);
        await work.RecordAsync(failed.Refused(user is null ? "unknown_account" : passwordWasRight ? $"account_{user.Status}" : "wrong_password"), cancellationToken);
        if (locked)
        {
            await work.RecordAsync((failed with { Type = SecurityEvents.AccountLocked }).Refused("password"), cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return Problem.InvalidCredentials.Result();
    }

    private async Task RecordRefusalAsync(RequestFacts facts, string emailKey, string reason, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await work.RecordAsync(Failed(await UserStore.FindByEmailAsync(work, emailKey, cancellationToken)).Refused(reason), cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static SecurityEvent Failed(UserAccount? user) => user is null
        ? new SecurityEvent(SecurityEvents.LoginFailed)
        : new SecurityEvent(SecurityEvents.LoginFailed) { Tenant = user.Tenant }.On("user", user.Id);

    private static string ClientOf(LoginRequest request, HttpContext context) =>
        request.Client == "native" && context.Request.Cookies.Count > 0
            ? throw new InvalidRequestException([new FieldError("client", "not_allowed", "A browser signs in as a browser.")])
            : request.Client ?? "browser";
}
