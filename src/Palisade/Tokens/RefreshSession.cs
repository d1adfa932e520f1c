using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Messaging;
using Palisade.Sessions;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Tokens;

/// <summary>A native client's refresh; a browser sends its cookie and no body.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RefreshRequest([property: MaxLength(4096)] string? RefreshToken);

/// <summary>The answer to a refresh.</summary>
internal sealed record Refreshed(string AccessToken, int ExpiresIn, string CsrfToken)
{
    public required string TokenType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }
}

/// <summary><c>POST /auth/refresh</c>: one token in, its successor out, however often and however parallel it is asked.</summary>
/// <remarks>
/// Numbered as it runs:
/// 1. The token's tag says we issued it, and for which session.
/// 2. One conditional statement rotates: only the current hash of a living family matches, so of any number of parallel
///    callers one wins.
/// 3. The losers, and an honest client whose answer was lost, hold the immediate predecessor. Within ten seconds of the
///    rotation they are given the very same successor: it is derived from what they hold.
/// 4. A token that is bound to a key is taken from the holder of that key alone; without it, it is refused and not spent. Of a
///    session that is bound to its browser's key, none is taken without the cookie that says it was proved, and none ends it.
/// 5. Anything else that carries our tag was spent before: somebody kept a copy. The whole session ends, and its owner is told.
/// A crash after the commit of 2 and before the answer is case 3 for the client's next try.
/// </remarks>
internal sealed class RefreshSession(
    PalisadeDatabase database, RefreshTokens refreshTokens, RefreshFamilies families, AccessTokens accessTokens, SessionStore sessions,
    SessionBinding binding, RequestOrigin origin, Outbox outbox, TokenOptions options, TimeProvider clock)
{
    internal static Task<IResult> HandleAsync(RefreshRequest? request, HttpContext context, RefreshSession slice, CancellationToken cancellationToken) =>
        slice.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(RefreshRequest? request, HttpContext context, CancellationToken cancellationToken)
    {
        var presented = request?.RefreshToken ?? context.Request.Cookies[SessionCookies.Refresh];
        var fromCookie = request?.RefreshToken is null;
        if (!refreshTokens.TryRead(presented, out var session))
        {
            return Problem.SessionExpired.Result();
        }

        if (fromCookie && origin.Of(context.Request) != Origin.Own && !sessions.IsCsrfToken(session, context.Request.Headers["X-CSRF-Token"]))
        {
            return Problem.InvalidCsrfToken.Result();
        }

        var (now, holder) = (clock.GetUtcNow(), new Holder(context.ProvenBinding(), binding.IsProvedIn(context, session)));
        var successor = refreshTokens.Successor(session, presented!);
        var (presentedHash, successorHash) = (RefreshTokens.Hash(presented!), RefreshTokens.Hash(successor));
        await using var work = await database.BeginSystemAsync(context.Facts(), cancellationToken);
        var family = await families.RotateAsync(work, session, presentedHash, successorHash, holder, now, cancellationToken)
            ?? await RefreshFamilies.RetryAsync(work, session, presentedHash, successorHash, holder, now, cancellationToken);
        if (family is null)
        {
            return await RefuseAsync(context, work, session, presentedHash, holder, now, cancellationToken);
        }

        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.TokenRefreshed) { Tenant = family.Tenant, Actor = family.User, Session = session }.On("user", family.User), cancellationToken);
        await work.CommitAsync(cancellationToken);
        if (fromCookie)
        {
            SessionCookies.SetRefresh(context, successor, options.RefreshLifetime);
        }

        var access = accessTokens.Issue(family.User, session, family.Version, family.Binding);
        return Results.Ok(new Refreshed(access, accessTokens.LifetimeSeconds, sessions.CsrfToken(session))
        {
            TokenType = family.Binding.TokenType,
            RefreshToken = fromCookie ? null : successor,
        });
    }

    private async Task<IResult> RefuseAsync(
        HttpContext context, UnitOfWork work, Guid session, byte[] presented, Holder holder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var family = await RefreshFamilies.FindAsync(work, session, presented, now, cancellationToken);
        if (family is { IsOver: false, DemandsProof: true } && !holder.ProvedSessionKey)
        {
            // A copy of the cookie, current or spent. Whoever has it can do nothing with it, nor to its owner.
            await work.RecordAsync(About(SecurityEvents.SessionBindingFailed, family, session).Refused("refresh_token"), cancellationToken);
            await work.CommitAsync(cancellationToken);
            return Problem.SessionProofRequired.Result();
        }

        if (family is { IsCurrent: true, IsOver: false } && !holder.Binding.Satisfies(family.Binding))
        {
            // Somebody has the token and not the key. The token is not spent, and its owner goes on with it.
            await work.RecordAsync(About(SecurityEvents.TokenBindingRefused, family, session).Refused("refresh_token"), cancellationToken);
            await work.CommitAsync(cancellationToken);
            return Problem.InvalidToken.Result();
        }

        if (family is { IsHeld: true, IsOver: false })
        {
            return Problem.SessionExpired.Result(); // not spent, and good again when the hold ends
        }

        SessionCookies.Clear(context);
        if (family is null || family.IsCurrent || family.IsOver)
        {
            return Problem.SessionExpired.Result(); // over in the ordinary way
        }

        if (!await sessions.RevokeAsync(work, session, "token_reused", cancellationToken))
        {
            return Problem.SessionExpired.Result(); // ended at this very moment
        }

        await RefreshFamilies.NoteReuseAsync(work, session, presented, now, cancellationToken);
        await work.RecordAsync(About(SecurityEvents.TokenReused, family, session).Refused("spent_token"), cancellationToken);
        var owner = await UserStore.FindAsync(work, family.User, cancellationToken);
        await outbox.SendAsync(work, Messages.TokenReused(owner!.Recipient, Occasion.Of(work.Facts, now)), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Problem.TokenReused.Result();
    }

    private static SecurityEvent About(SecurityEventType type, RefusedFamily family, Guid session) =>
        new SecurityEvent(type) { Tenant = family.Tenant, Actor = family.User, Session = session }.On("user", family.User);
}
