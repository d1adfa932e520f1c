using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Palisade.Access.Internal;

/// <summary>Stops the start, before the first connection, when an endpoint does not say who may call it (R085).</summary>
internal sealed class UndeclaredEndpointGuard : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app); // maps every endpoint
        var mistakes = Mistakes(
            app.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints,
            app.ApplicationServices.GetRequiredService<RoleBook>().Catalogue);
        if (mistakes.Count > 0)
        {
            throw new UndeclaredAccessException(mistakes);
        }
    };

    internal static IReadOnlyList<string> Mistakes(IEnumerable<Microsoft.AspNetCore.Http.Endpoint> endpoints, PermissionCatalogue catalogue)
    {
        var mistakes = new List<string>();
        foreach (var endpoint in endpoints)
        {
            var declarations = endpoint.Metadata.GetOrderedMetadata<IAccessDeclaration>();
            if (declarations.Count != 1)
            {
                mistakes.Add($"{endpoint.DisplayName}: {(declarations.Count == 0 ? "says nothing" : "says several things")} of who may call it. Add one of .RequirePermission(...), .RequireSignedIn(), .OpenToAnyone(because).");
            }
            else if (declarations[0] is RequirePermissionAttribute { Permission: var permission } && !catalogue.Names.Contains(permission))
            {
                mistakes.Add($"{endpoint.DisplayName}: there is no permission '{permission}' in the catalogue.");
            }
        }

        return mistakes;
    }
}
