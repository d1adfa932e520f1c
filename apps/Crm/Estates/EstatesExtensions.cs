using Palisade.Access;
using Palisade.Validation;

namespace Palisade.Crm.Estates;

/// <summary>Estates: routes and their permissions.</summary>
internal static class EstatesExtensions
{
    internal static void MapEstates(this IEndpointRouteBuilder routes)
    {
        var estates = routes.MapGroup("/api/estates").ValidatesRequests();
        estates.MapGet("", ListEstates.HandleAsync).RequirePermission("estate:read");
        estates.MapPost("", CreateEstate.HandleAsync).RequirePermission("estate:create");
        estates.MapGet("/{id:guid}", ShowEstate.HandleAsync).RequirePermission("estate:read");
        estates.MapPatch("/{id:guid}", UpdateEstate.HandleAsync).RequirePermission("estate:update");
        estates.MapDelete("/{id:guid}", DeleteEstate.HandleAsync).RequirePermission("estate:delete");
    }
}
