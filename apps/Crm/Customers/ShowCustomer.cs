using Microsoft.EntityFrameworkCore;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Crm.Customers;

/// <summary><c>GET /api/customers/{id}</c>. Reading personal data is an event.</summary>
internal static class ShowCustomer
{
    internal static async Task<IResult> HandleAsync(Guid id, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        if (await db.Customers.AsNoTracking().FirstOrDefaultAsync(customer => customer.Id == id, cancellationToken) is not { } customer)
        {
            return Problem.NotFound.Result();
        }

        await work.RecordAsync(new SecurityEvent(CrmEvents.CustomerViewed).On("customer", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Ok(CustomerView.Of(customer));
    }
}
