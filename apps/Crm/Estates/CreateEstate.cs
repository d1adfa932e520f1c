using System.ComponentModel.DataAnnotations;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Crm.Estates;

/// <summary>A new estate (R194).</summary>
internal sealed record CreateEstateRequest(
    [property: Required, Text(3, 100)] string? Name,
    [property: Required, Text(5, 255)] string? Location,
    [property: Text(0, 1000, MultiLine = true)] string? Description,
    [property: Required, Range(1, 1000)] int? TotalUnits);

/// <summary><c>POST /api/estates</c>.</summary>
internal static class CreateEstate
{
    internal static async Task<IResult> HandleAsync(
        CreateEstateRequest request, HttpContext context, PalisadeDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (caller, now) = (context.RequireCaller(), clock.GetUtcNow());
        var estate = new Estate
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.Tenant.Value,
            OwnerId = caller.User,
            Name = request.Name!,
            Location = request.Location!,
            Description = request.Description,
            TotalUnits = request.TotalUnits!.Value,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        db.Estates.Add(estate);
        await db.SaveChangesAsync(cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(CrmEvents.EstateCreated)
            {
                After = new Dictionary<string, object?> { ["name"] = estate.Name, ["location"] = estate.Location, ["totalUnits"] = estate.TotalUnits },
            }.On("estate", estate.Id),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Created($"/api/estates/{estate.Id:D}", EstateView.Of(estate));
    }
}
