using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Sessions.Internal;
using Palisade.Tokens.Internal;
using Palisade.Validation;

namespace Palisade.Tokens;

/// <summary>Access tokens, their keys, and refresh.</summary>
public static class TokensExtensions
{
    /// <summary>Adds the making and reading of tokens.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services, TokenOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<TokenKeys>();
        services.AddHostedService<KeyFollower>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<RefreshFamilies>();
        services.AddSingleton<RefreshSession>();
        services.AddSingleton<OneTimeTokens>();
        services.AddSingleton<DpopProofs>();
        services.AddSingleton<BoundTokens>();
        return services;
    }

    /// <summary>Notes the client certificate of a request. MUST come before forwarded headers.</summary>
    public static IApplicationBuilder UseClientCertificates(this IApplicationBuilder app) => app.UseMiddleware<ClientCertificateMiddleware>();

    /// <summary>Checks the proof of a request that asks for tokens. MUST come after routing.</summary>
    public static IApplicationBuilder UsePossession(this IApplicationBuilder app) => app.UseMiddleware<PossessionMiddleware>();

    /// <summary>Maps refresh, its history and the public keys.</summary>
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("").ValidatesRequests();
        tokens.MapPost("/auth/refresh", RefreshSession.HandleAsync).OpenToAnyone("the refresh token is the proof").WithMetadata(new OwnOriginSuffices());
        tokens.MapGet("/account/sessions/{id:guid}/history", ShowHistory.HandleAsync).RequireSignedIn();
        tokens.MapGet("/.well-known/jwks.json", Jwks).OpenToAnyone("public keys");
    }

    private static IResult Jwks(HttpContext context, TokenKeys keys)
    {
        context.Response.Headers.CacheControl = $"public, max-age={TokenOptions.PublishedFor.TotalSeconds:0}";
        return Results.Ok(new Dictionary<string, object> { ["keys"] = keys.Published() });
    }
}
