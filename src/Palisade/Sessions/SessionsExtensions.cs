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
        services.AddSingleton<RecentChanges>();
        services.AddSingleton<Bell>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<RevocationStream>();
        services.AddHostedService(provider => provider.GetRequiredService<RevocationStream>());
        services.AddHostedService<SharedBell>();
        services.AddSingleton<ActivityWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<ActivityWriter>());
        services.AddSingleton<SessionBinding>();
        services.AddSingleton<ProveSessionKey>();
        services.AddSingleton<SignInAnswer>();
        return services;
    }

    /// <summary>Finds the caller, then refuses forged browser requests. MUST come after routing and before access.</summary>
    public static IApplicationBuilder UseSessions(this IApplicationBuilder app) => app
        .UseMiddleware<CallerMiddleware>()
        .UseMiddleware<CsrfMiddleware>();

    /// <summary>Maps the list of sessions, the ways to end them, and how a browser binds its own.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("").ValidatesRequests();
        sessions.MapPost("/auth/logout", Logout.HandleAsync).RequireSignedIn();
        sessions.MapPost("/auth/logout-all", LogoutAll.HandleAsync).RequireSignedIn().RequireStepUp();
        sessions.MapPost(SessionBinding.RegistrationPath, RegisterSessionKey.HandleAsync).RequireSignedIn().WithMetadata(new BrowserProves());
        sessions.MapPost(SessionBinding.RenewalPath, ProveSessionKey.HandleAsync)
            .OpenToAnyone("the session cookie and a signed proof are asked for; without them the answer is that nothing goes on").WithMetadata(new BrowserProves());
        sessions.MapGet("/account/sessions", ListSessions.OwnAsync).RequireSignedIn();
        sessions.MapGet("/account/sessions/ended", ListEnded.HandleAsync).RequireSignedIn();
        sessions.MapDelete("/account/sessions/{id:guid}", RevokeSession.HandleAsync).RequireSignedIn().RequireStepUp();
        sessions.MapGet("/api/admin/users/{id:guid}/sessions", ListSessions.OfUserAsync).RequirePermission("user:read");
        sessions.MapPost("/api/admin/users/{id:guid}/revoke-sessions", RevokeUserSessions.HandleAsync).RequirePermission("user:update").RequireStepUp();
    }

    /// <summary>What the endpoint does while this node cannot follow revocations. Unless said, it asks PostgreSQL.</summary>
    public static TBuilder WhenRevocationsAreStale<TBuilder>(this TBuilder builder, WhenStale choice)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new WhenStaleAttribute(choice));

    /// <summary>The CSRF token of the caller's session, for a page that is being rendered; <see langword="null"/> when nobody is signed in.</summary>
    public static string? CsrfToken(this HttpContext context) =>
        context.FindCaller() is { } caller ? context.RequestServices.GetRequiredService<SessionStore>().CsrfToken(caller.Session) : null;
}
