using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Access.Internal;
using Palisade.Crypto.Jose;
using Palisade.Hardening;
using Palisade.Tokens.Internal;

namespace Palisade.Sessions.Internal;

/// <summary>Finds out who is asking: an access token first, else the session cookie. At most one <see cref="Caller"/>.</summary>
/// <remarks>
/// A proof that does not hold is remembered, and told only where the endpoint needs a caller. What memory calls over by time is
/// asked of PostgreSQL before it is refused: another node may have seen the session used since.
/// </remarks>
internal sealed class CallerMiddleware(RequestDelegate next, LiveSessions sessions, BoundTokens bound, SessionBinding binding, TimeProvider clock)
{
    private const int LongestCredential = 8 * 1024; // headers are limited to twice that; nothing we issue is half as long

    internal static readonly string[] Schemes = ["Bearer", "DPoP"];

    public Task InvokeAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.Length > 0)
        {
            return authorization.Length <= LongestCredential && SchemeOf(authorization) is { } scheme
                ? WithTokenAsync(context, scheme, authorization[(scheme.Length + 1)..].Trim())
                : ContinueAsync(context, Problem.InvalidToken);
        }

        return context.Request.Cookies[SessionCookies.Session] is { Length: > 0 } handle ? WithCookieAsync(context, handle) : next(context);
    }

    private async Task WithTokenAsync(HttpContext context, string scheme, string token)
    {
        var (claims, verdict) = await sessions.VerifyAsync(token, context.RequestAborted);
        if (claims is null)
        {
            await ContinueAsync(context, verdict == AccessTokenVerdict.Expired ? Problem.TokenExpired : Problem.InvalidToken);
            return;
        }

        if (MustRefuse(context))
        {
            await ProblemResponses.WriteAsync(context, Problem.Unavailable);
            return;
        }

        var session = await sessions.FindAsync(claims.Session, context.RequestAborted);
        if (session is null || !session.Row.IsLive(clock.GetUtcNow()) || session.Row.UserVersion != claims.Version)
        {
            await ContinueAsync(context, Problem.TokenRevoked);
            return;
        }

        // The cookie says whose browser it is, and no script can read it: a token that was carried off is worth nothing without.
        if (!session.Row.TakesTokensWith(context.Request.Cookies[SessionCookies.Session]))
        {
            await ContinueAsync(context, Problem.InvalidToken);
            return;
        }

        if (LacksProof(context, session))
        {
            await ContinueAsync(context, Problem.SessionProofRequired);
            return;
        }

        if (await bound.RefuseAsync(context, claims.Binding, scheme, token, context.RequestAborted) is { } refusal)
        {
            await ContinueAsync(context, refusal);
            return;
        }

        await ContinueAsync(context, session, session.Bearer);
    }

    private async Task WithCookieAsync(HttpContext context, string handle)
    {
        if (MustRefuse(context))
        {
            await ProblemResponses.WriteAsync(context, Problem.Unavailable);
            return;
        }

        var session = handle.Length <= SessionStore.LongestHandle ? await sessions.FindByHandleAsync(handle, context.RequestAborted) : null;
        if (session is not null && !IsLive(session))
        {
            session = await sessions.ReadAsync(session.Row.Id, context.RequestAborted);
        }

        if (session is null || !IsLive(session))
        {
            if (session?.Row.IsLive(clock.GetUtcNow()) == true)
            {
                await sessions.ExpireAsync(session.Row.Id, context.Facts(), context.RequestAborted); // over by time alone
            }

            if (session?.Row.IsHeld(clock.GetUtcNow()) != true)
            {
                SessionCookies.ClearSession(context);
            }

            await ContinueAsync(context, Problem.SessionExpired);
            return;
        }

        if (LacksProof(context, session))
        {
            await ContinueAsync(context, Problem.SessionProofRequired); // a copied cookie, or a browser that could not renew: it lives on
            return;
        }

        await ContinueAsync(context, session, session.Cookie);
    }

    private bool IsLive(KnownSession session) => session.Row.CookieIsLive(session.Activity.LastSeen, clock.GetUtcNow());

    private bool LacksProof(HttpContext context, KnownSession session) =>
        session.Row.DemandsProof && !binding.IsProvedIn(context, session.Row.Id) && context.GetEndpoint()?.Metadata.GetMetadata<BrowserProves>() is null;

    private bool MustRefuse(HttpContext context) =>
        !sessions.IsFresh && context.GetEndpoint()?.Metadata.GetMetadata<WhenStaleAttribute>() is { Choice: WhenStale.Refuse };

    private async Task ContinueAsync(HttpContext context, KnownSession session, Caller caller)
    {
        context.Features.Set(caller);
        context.User = session.Principal;
        var use = new Use(clock.GetUtcNow(), context.Connection.RemoteIpAddress, context.Request.Method, context.RouteTemplate(), context.ClientAgent());
        await sessions.UseAsync(session, use, context.RequestAborted);
        await next(context);
    }

    private Task ContinueAsync(HttpContext context, Problem problem)
    {
        context.Features.Set(new AuthenticationFailure(problem));
        return next(context);
    }

    private static string? SchemeOf(string authorization) => Array.Find(Schemes, scheme =>
        authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && authorization.Length > scheme.Length && authorization[scheme.Length] == ' ');
}
