using Microsoft.EntityFrameworkCore;
using Palisade.Access;
using Palisade.Crm.Data;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Crm.Estates;

/// <summary><c>GET /api/estates/{id}</c>. Another company's estate does not exist.</summary>
internal static class ShowEstate
{
    internal static async Task<IResult> HandleAsync(Guid id, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        await using var db = CrmDb.Reading(database, context.RequireCaller().Tenant);
        return await db.Estates.FirstOrDefaultAsync(estate => estate.Id == id, cancellationToken) is { } estate
            ? Results.Ok(EstateView.Of(estate))
            : Problem.NotFound.Result();
    }
}
