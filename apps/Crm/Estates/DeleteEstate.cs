using Microsoft.EntityFrameworkCore;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Crm.Estates;

/// <summary><c>DELETE /api/estates/{id}</c>: out of every list and look-up; the row stays (R257).</summary>
internal static class DeleteEstate
{
    internal static async Task<IResult> HandleAsync(Guid id, HttpContext context, PalisadeDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        var now = clock.GetUtcNow();
        if (await db.Estates.Where(estate => estate.Id == id).ExecuteUpdateAsync(row => row.SetProperty(estate => estate.DeletedAt, now), cancellationToken) == 0)
        {
            return Problem.NotFound.Result();
        }

        await work.RecordAsync(new SecurityEvent(CrmEvents.EstateDeleted).On("estate", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
