using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Sessions.Internal;
using Palisade.Validation;

namespace Palisade.Sessions;

/// <summary>Sessions: who is asking, and that nobody else makes their browser ask.</summary>
public static class SessionsExtensions
{
    /// <summary>Adds the session store.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services, SessionOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<RequestOrigin>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SignInAnswer>();
        return services;
    }

    /// <summary>Finds the caller, then refuses forged browser requests. MUST come after routing and before access.</summary>
    public static IApplicationBuilder UseSessions(this IApplicationBuilder app) => app
        .UseMiddleware<CallerMiddleware>()
        .UseMiddleware<CsrfMiddleware>();

    /// <summary>Maps the ends of a session.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("").ValidatesRequests().MapPost("/auth/logout", Logout.HandleAsync).RequireSignedIn();

    /// <summary>The CSRF token of the caller's session, for a page that is being rendered; <see langword="null"/> when nobody is signed in.</summary>
    public static string? CsrfToken(this HttpContext context) =>
        context.FindCaller() is { } caller ? context.RequestServices.GetRequiredService<SessionStore>().CsrfToken(caller.Session) : null;
}
