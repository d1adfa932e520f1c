using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Crm.Estates;

/// <summary>What is to change; what is absent stays.</summary>
internal sealed record UpdateEstateRequest(
    [property: Text(3, 100)] string? Name,
    [property: Text(5, 255)] string? Location,
    [property: Text(0, 1000, MultiLine = true)] string? Description,
    [property: Range(1, 1000)] int? TotalUnits);

/// <summary><c>PATCH /api/estates/{id}</c>.</summary>
internal static class UpdateEstate
{
    internal static async Task<IResult> HandleAsync(
        Guid id, UpdateEstateRequest request, HttpContext context, PalisadeDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        if (await db.Estates.FirstOrDefaultAsync(estate => estate.Id == id, cancellationToken) is not { } estate)
        {
            return Problem.NotFound.Result();
        }

        estate.Name = request.Name ?? estate.Name;
        estate.Location = request.Location ?? estate.Location;
        estate.Description = request.Description ?? estate.Description;
        estate.TotalUnits = request.TotalUnits ?? estate.TotalUnits;
        var changes = Changes.Of(db.Entry(estate));
        if (changes.Any)
        {
            estate.UpdatedAt = clock.GetUtcNow();
            await db.SaveChangesAsync(cancellationToken);
            await work.RecordAsync(new SecurityEvent(CrmEvents.EstateUpdated) { Before = changes.Before, After = changes.After }.On("estate", id), cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        return Results.Ok(EstateView.Of(estate));
    }
}
