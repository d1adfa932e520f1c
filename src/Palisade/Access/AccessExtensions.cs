using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access.Internal;
using Palisade.Audit;
using Palisade.Hardening;

namespace Palisade.Access;

/// <summary>Who may call what: declared on the endpoint, checked in one place, refused when not said.</summary>
public static class AccessExtensions
{
    private const int LongestAgent = 512;

    /// <summary>Adds the roles of this installation, and the check that stops the start on an endpoint without a declaration.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, RoleBook roles)
    {
        services.AddSingleton(roles);
        services.AddSingleton<IStartupFilter, UndeclaredEndpointGuard>();
        return services;
    }

    /// <summary>Checks each endpoint's declaration against the caller. MUST come after routing and authentication.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();

    /// <summary>Callers need this permission.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequirePermissionAttribute(permission));

    /// <summary>Callers need to be signed in; what they reach is their own.</summary>
    public static TBuilder RequireSignedIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequireSignedInAttribute());

    /// <summary>For sensitive acts, beside the declaration of who may: the caller's proof MUST be younger than this many minutes.</summary>
    public static TBuilder RequireStepUp<TBuilder>(this TBuilder builder, int withinMinutes = 10, bool phishingResistant = false)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequireStepUpAttribute { WithinMinutes = withinMinutes, PhishingResistant = phishingResistant });

    /// <summary>Anybody may call this. Say why that is safe.</summary>
    public static TBuilder OpenToAnyone<TBuilder>(this TBuilder builder, string because)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new OpenToAnyoneAttribute(because));

    /// <summary>Who is asking, or <see langword="null"/> when nobody is signed in.</summary>
    public static Caller? FindCaller(this HttpContext context) => context.Features.Get<Caller>();

    /// <summary>Who is asking.</summary>
    /// <exception cref="ProblemException">Nobody is: 401.</exception>
    public static Caller RequireCaller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new ProblemException(Problem.Unauthenticated);

    /// <summary>What an audit entry says of this request.</summary>
    public static RequestFacts Facts(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new RequestFacts(
            context.TraceIdentifier,
            context.Request.Method,
            context.RouteTemplate(),
            context.Connection.RemoteIpAddress,
            context.ClientAgent(),
            context.FindCaller());
    }

    /// <summary>What the client calls itself, as <see cref="Facts"/> has it.</summary>
    internal static string ClientAgent(this HttpContext context) => Cut(context.Request.Headers.UserAgent.ToString());

    // Half a character is no text: PostgreSQL would refuse it, and with it whatever the request asked for.
    private static string Cut(string agent) =>
        agent.Length <= LongestAgent ? agent : agent[..(char.IsHighSurrogate(agent[LongestAgent - 1]) ? LongestAgent - 1 : LongestAgent)];
}
