using Microsoft.AspNetCore.Http;

namespace Palisade.Sessions;

/// <summary>The cookies of a browser: <c>__Host-</c>, so Secure, for this host and path / alone; HttpOnly; SameSite=Strict (R055, R064-R066).</summary>
public static class SessionCookies
{
    /// <summary>Opens the session.</summary>
    public const string Session = "__Host-session";

    /// <summary>Gets a new access token.</summary>
    public const string Refresh = "__Host-refresh";

    /// <summary>Says for some minutes that the browser proved to hold the session's key. Only sessions that are bound to one have it.</summary>
    public const string Bound = "__Host-bound";

    internal static void Set(HttpContext context, string handle, string refreshToken, TimeSpan sessionLife, TimeSpan refreshLife)
    {
        context.Response.Cookies.Append(Session, handle, Attributes(sessionLife));
        SetRefresh(context, refreshToken, refreshLife);
    }

    internal static void SetRefresh(HttpContext context, string refreshToken, TimeSpan life) =>
        context.Response.Cookies.Append(Refresh, refreshToken, Attributes(life));

    internal static void SetBound(HttpContext context, string seal, TimeSpan life) =>
        context.Response.Cookies.Append(Bound, seal, Attributes(life));

    internal static void Clear(HttpContext context)
    {
        ClearSession(context);
        context.Response.Cookies.Delete(Refresh, Attributes(null));
    }

    internal static void ClearSession(HttpContext context)
    {
        context.Response.Cookies.Delete(Session, Attributes(null));
        if (context.Request.Cookies.ContainsKey(Bound))
        {
            context.Response.Cookies.Delete(Bound, Attributes(null));
        }
    }

    private static CookieOptions Attributes(TimeSpan? life) => new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = life,
    };
}
