using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Access.Internal;
using Palisade.Crypto.Jose;
using Palisade.Hardening;
using Palisade.Tokens;
using Palisade.Tokens.Internal;

namespace Palisade.Sessions.Internal;

/// <summary>Finds out who is asking: an access token first, else the session cookie. At most one <see cref="Caller"/>.</summary>
/// <remarks>A proof that does not hold is remembered, and told only where the endpoint needs a caller.</remarks>
internal sealed class CallerMiddleware(RequestDelegate next, AccessTokens tokens, BoundTokens bound, SessionStore sessions, RoleBook roles, TimeProvider clock)
{

    private static readonly string[] Schemes = ["Bearer", "DPoP"];

    public async Task InvokeAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (SchemeOf(authorization) is { } scheme)
        {
            await AuthenticateTokenAsync(context, scheme, authorization[(scheme.Length + 1)..].Trim());
        }
        else if (authorization.Length > 0)
        {
            Fail(context, Problem.InvalidToken);
        }
        else if (context.Request.Cookies[SessionCookies.Session] is { Length: > 0 } handle)
        {
            await AuthenticateCookieAsync(context, handle);
        }

        await next(context);
    }

    private async Task AuthenticateTokenAsync(HttpContext context, string scheme, string token)
    {
        var read = await tokens.ReadAsync(token, context.RequestAborted);
        if (!read.IsValid || !Guid.TryParseExact(read.Claims.SessionId, "D", out var id))
        {
            Fail(context, read.Verdict == AccessTokenVerdict.Expired ? Problem.TokenExpired : Problem.InvalidToken);
            return;
        }

        var session = await sessions.FindAsync(id, context.RequestAborted);
        if (session is null || !session.IsLive(clock.GetUtcNow()) || session.UserVersion != read.Claims.Version)
        {
            Fail(context, Problem.TokenRevoked);
            return;
        }

        if (await bound.RefuseAsync(context, Binding.Of(read.Claims), scheme, token, context.RequestAborted) is { } refusal)
        {
            Fail(context, refusal);
            return;
        }

        Accept(context, session, CallerKind.Bearer);
    }

    private async Task AuthenticateCookieAsync(HttpContext context, string handle)
    {
        var session = handle.Length <= 100 ? await sessions.FindByHandleAsync(handle, context.RequestAborted) : null;
        if (session is null || !session.CookieIsLive(clock.GetUtcNow()))
        {
            Fail(context, Problem.SessionExpired);
            context.Response.Cookies.Delete(SessionCookies.Session, new CookieOptions { Secure = true, Path = "/" });
            return;
        }

        Accept(context, session, CallerKind.Cookie);
        await sessions.TouchAsync(session, context.Facts(), context.RequestAborted);
    }

    private void Accept(HttpContext context, SessionRow session, CallerKind kind)
    {
        // A role that no preset has any more allows nothing: refused, not guessed.
        var permissions = roles.Find(session.Role)?.Permissions ?? default;
        var level = Enum.TryParse<AuthenticationLevel>(session.Level, ignoreCase: true, out var known) ? known : AuthenticationLevel.Password;
        context.Features.Set(new Caller(session.User, session.Tenant, session.Role, permissions, session.Id, level, kind)
        {
            AuthenticatedAt = session.AuthenticatedAt,
            ProbationUntil = session.ProbationUntil,
        });
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session.User.ToString("D"))], "palisade"));
    }

    private static string? SchemeOf(string authorization) => Schemes.FirstOrDefault(scheme =>
        authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && authorization.Length > scheme.Length && authorization[scheme.Length] == ' ');

    private static void Fail(HttpContext context, Problem problem) => context.Features.Set(new AuthenticationFailure(problem));
}
