using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Hardening;
using Palisade.Monitoring.Internal;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Monitoring;

/// <summary>Health, readiness and figures.</summary>
public static class MonitoringExtensions
{
    private static readonly string[] MarksOfProxies =
        ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Original-For", "X-Original-Proto", "X-Real-IP", "Forwarded", "Via"];

    /// <summary>Adds the collection of figures; it listens from now on.</summary>
    public static IServiceCollection AddMonitoring(this IServiceCollection services) => services.AddSingleton<PrometheusText>();

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>.</summary>
    public static void MapMonitoring(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<PrometheusText>();
        var monitoring = routes.MapGroup("").ValidatesRequests();
        monitoring.MapGet("/health/live", () => Results.Ok(new { status = "live" })).OpenToAnyone("says nothing but that the process runs");
        monitoring.MapGet("/health/ready", ReadyAsync).OpenToAnyone("says nothing but whether requests are welcome");
        monitoring.MapGet("/metrics", Metrics).OpenToAnyone("answers loopback alone, and callers who may read the system's logs");
    }

    private static async Task<IResult> ReadyAsync(PalisadeDatabase database, CancellationToken cancellationToken) =>
        await database.IsReachableAsync(cancellationToken) ? Results.Ok(new { status = "ready" }) : Problem.Unavailable.Result();

    private static IResult Metrics(HttpContext context, PrometheusText text, RoleBook roles)
    {
        return IsLocal(context) || context.FindCaller() is { } caller && caller.Permissions.Contains(roles.Catalogue.IndexOf("system:logs"))
            ? Results.Text(text.Render(), "text/plain; version=0.0.4; charset=utf-8")
            : Problem.NotFound.Result();
    }

    // A request that came through a proxy is not local, whatever its connection says.
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !Array.Exists(MarksOfProxies, context.Request.Headers.ContainsKey);
}
