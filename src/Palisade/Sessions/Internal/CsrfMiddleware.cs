using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Sessions.Internal;

/// <summary>Refuses what a foreign page makes a browser send (R179-R183, OWASP CSRF cheat sheet: Fetch Metadata, then token).</summary>
/// <remarks>
/// A request that changes something and carries no <c>Authorization</c> may ride on cookies: from a foreign page it is refused,
/// sign-in included. One that is authenticated by the session cookie also needs that session's token. What only reads is refused to a
/// foreign page that embeds it with the cookie: an image or a script of it would tell the page something.
/// </remarks>
internal sealed class CsrfMiddleware(RequestDelegate next, RequestOrigin origin, SessionStore sessions, PalisadeDatabase database)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var caller = context.FindCaller() is { Kind: CallerKind.Cookie } cookieCaller ? cookieCaller : null;
        if (caller is not null && origin.IsEmbedding(context.Request))
        {
            await RefuseAsync(context, caller, "embedded");
            return;
        }

        if (RequestOrigin.IsUnsafe(context.Request) && context.Request.Headers.Authorization.Count == 0)
        {
            var from = origin.Of(context.Request);
            if (from == Origin.Foreign)
            {
                await RefuseAsync(context, caller, "foreign_origin");
                return;
            }

            var needsToken = from != Origin.Own || context.GetEndpoint()?.Metadata.GetMetadata<OwnOriginSuffices>() is null;
            needsToken &= context.GetEndpoint()?.Metadata.GetMetadata<BrowserProves>() is null;
            if (caller is not null && needsToken && !sessions.IsCsrfToken(caller.Session, context.Request.Headers["X-CSRF-Token"]))
            {
                await RefuseAsync(context, caller, "csrf_token");
                return;
            }
        }

        await next(context);
    }

    private async Task RefuseAsync(HttpContext context, Caller? caller, string reason)
    {
        if (caller is not null)
        {
            await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), context.RequestAborted);
            await work.RecordAsync(new SecurityEvent(SecurityEvents.CsrfRefused).Refused(reason), context.RequestAborted);
            await work.CommitAsync(context.RequestAborted);
        }

        await ProblemResponses.WriteAsync(context, Problem.InvalidCsrfToken);
    }
}

/// <summary>On an endpoint that a page of our own may call without the token: the one that gives a page that was reloaded its token again.</summary>
internal sealed class OwnOriginSuffices;
