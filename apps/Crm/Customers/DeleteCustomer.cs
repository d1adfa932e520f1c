using Microsoft.EntityFrameworkCore;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Crm.Customers;

/// <summary><c>DELETE /api/customers/{id}</c>: out of every list and look-up; the row stays until it is erased (R257).</summary>
internal static class DeleteCustomer
{
    internal static async Task<IResult> HandleAsync(Guid id, HttpContext context, PalisadeDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        var now = clock.GetUtcNow();
        if (await db.Customers.Where(customer => customer.Id == id).ExecuteUpdateAsync(row => row.SetProperty(customer => customer.DeletedAt, now), cancellationToken) == 0)
        {
            return Problem.NotFound.Result();
        }

        await work.RecordAsync(new SecurityEvent(CrmEvents.CustomerDeleted).On("customer", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
