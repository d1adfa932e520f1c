using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Validation;

namespace Palisade.Audit;

/// <summary>The audit log: what happened, who did it, from where.</summary>
public static class AuditExtensions
{
    /// <summary>Adds the stream every capability raises its events into.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>();

    /// <summary>Maps the reading of the log.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("").ValidatesRequests().MapGet("/api/admin/audit", ListEvents.HandleAsync).RequirePermission("audit:trails");
}
