using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Hardening.Internal;
using Palisade.Validation;

namespace Palisade.Hardening;

/// <summary>Request ids, security headers, strict JSON, size limits and the rendering of problems.</summary>
public static class HardeningExtensions
{
    /// <summary>Largest JSON body, in bytes (R197). An endpoint that takes files says its own limit.</summary>
    public const long LargestBody = 100_000;

    /// <summary>Adds what <see cref="UseHardening"/> needs.</summary>
    public static IServiceCollection AddHardening(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(options =>
        {
            RequestJson.Harden(options.SerializerOptions);
            options.SerializerOptions.Converters.Add(new UtcTimeConverter());
        });
        return services;
    }

    /// <summary>First in the pipeline: gives the request its id, which everything that is written of it carries.</summary>
    public static IApplicationBuilder UseRequestIds(this IApplicationBuilder app) => app.UseMiddleware<RequestIdMiddleware>();

    /// <summary>Gives the answer its headers, and answers whatever goes wrong below.</summary>
    public static IApplicationBuilder UseHardening(this IApplicationBuilder app) => app
        .UseMiddleware<SecurityHeadersMiddleware>()
        .UseMiddleware<ProblemMiddleware>()
        .UseMiddleware<Utf8BodyMiddleware>();

    /// <summary>The template of the matched route: what logs and audit name, since addresses carry ids and search words.</summary>
    public static string? RouteTemplate(this HttpContext context)
    {
        // The root of a group of routes ends in a slash that nobody wrote.
        var text = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        return text is { Length: > 1 } && text[^1] == '/' ? text[..^1] : text;
    }
}
