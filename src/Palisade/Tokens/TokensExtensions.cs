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
        services.AddSingleton<OneTimeTokens>();
        return services;
    }

    /// <summary>Maps refresh and the public keys.</summary>
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("").ValidatesRequests();
        tokens.MapPost("/auth/refresh", RefreshSession.HandleAsync).OpenToAnyone("the refresh token is the proof").WithMetadata(new OwnOriginSuffices());
        tokens.MapGet("/.well-known/jwks.json", Jwks).OpenToAnyone("public keys");
    }

    private static IResult Jwks(HttpContext context, TokenKeys keys)
    {
        context.Response.Headers.CacheControl = $"public, max-age={TokenOptions.PublishedFor.TotalSeconds:0}";
        return Results.Ok(new Dictionary<string, object> { ["keys"] = keys.Published() });
    }
}
