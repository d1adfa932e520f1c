using Microsoft.EntityFrameworkCore;
using Palisade.Access;
using Palisade.Crm.Data;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Crm.Estates;

/// <summary><c>GET /api/estates?page=&amp;pageSize=</c>: newest first.</summary>
internal static class ListEstates
{
    internal static async Task<IResult> HandleAsync(Paging paging, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        await using var db = CrmDb.Reading(database, context.RequireCaller().Tenant);
        var total = await db.Estates.LongCountAsync(cancellationToken);
        var page = await db.Estates.OrderByDescending(estate => estate.Id).Page(paging).ToListAsync(cancellationToken);
        return paging.Result(context, total, page.Select(EstateView.Of));
    }
}
