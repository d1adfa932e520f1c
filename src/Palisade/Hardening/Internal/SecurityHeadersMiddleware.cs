using Microsoft.AspNetCore.Http;

namespace Palisade.Hardening.Internal;

/// <summary>The headers of every answer, errors included. A page gets the policy of a page, everything else the empty one.</summary>
internal sealed class SecurityHeadersMiddleware(RequestDelegate next)
{
    private const string NothingLoads = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    private const string Permissions =
        "accelerometer=(), camera=(), geolocation=(self), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), fullscreen=(self)";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(SetHeaders, context);
        return next(context);
    }

    private static Task SetHeaders(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        var isPage = context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true;
        headers.ContentSecurityPolicy = isPage ? PagePolicy(PageSecurity.Of(context).Nonce) : NothingLoads;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = context.Request.Path.StartsWithSegments("/setup") ? "no-referrer" : "same-origin";
        headers.XXSSProtection = "0";
        headers["X-Permitted-Cross-Domain-Policies"] = "none";
        headers["X-API-Version"] = Version;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.IsHttps)
        {
            // preload is a promise for every sub-domain that takes months to take back: the deployment makes it, not we.
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        if (isPage)
        {
            headers["Permissions-Policy"] = Permissions;
            headers["Cross-Origin-Embedder-Policy"] = "require-corp";
            headers["Origin-Agent-Cluster"] = "?1";
            headers["X-DNS-Prefetch-Control"] = "off";
        }

        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }

    private static string PagePolicy(string nonce) =>
        "default-src 'none'; " +
        $"script-src 'nonce-{nonce}' 'strict-dynamic'; " +
        $"style-src 'self' 'nonce-{nonce}'; " +
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'; upgrade-insecure-requests";

    private static readonly string Version = typeof(SecurityHeadersMiddleware).Assembly.GetName().Version?.ToString(2) ?? "0.0";
}
