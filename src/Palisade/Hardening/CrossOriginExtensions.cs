using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Configuration;

namespace Palisade.Hardening;

/// <summary>Which other origins' pages may read our answers (R168-R178). CORS relaxes the browser's rule; it guards nothing by itself.</summary>
/// <remarks>Cookies are SameSite=Strict, so a page that wants to act as its user must be of the same site: a sub-domain.</remarks>
public static class CrossOriginExtensions
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly string[] Requested =
        ["Content-Type", "Authorization", "X-CSRF-Token", "X-Requested-With", "X-Correlation-ID", "X-Client-Version", "X-API-Key"];
    private static readonly string[] Exposed =
        ["X-Request-ID", "X-Total-Count", "X-Page-Count", "X-Current-Page", "Retry-After", "RateLimit", "RateLimit-Policy"];

    /// <summary>Adds the configured origins, exactly as written; none means no other origin.</summary>
    public static IServiceCollection AddCrossOrigin(this IServiceCollection services, PalisadeSettings settings) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. settings.CorsOrigins])
            .WithMethods(Methods)
            .WithHeaders(Requested)
            .WithExposedHeaders(Exposed)
            .AllowCredentials()
            // An hour: a removed origin must not live on in caches for a day.
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));

    /// <summary>Answers preflights and marks answers. The administration is same-origin only, whatever is configured.</summary>
    public static IApplicationBuilder UseCrossOrigin(this IApplicationBuilder app) => app.UseWhen(
        context => !context.Request.Path.StartsWithSegments("/api/admin"),
        branch => branch.UseCors());
}
