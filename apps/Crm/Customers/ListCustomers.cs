using Microsoft.EntityFrameworkCore;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Crm.Customers;

/// <summary><c>GET /api/customers?email=&amp;page=&amp;pageSize=</c>: newest first, or the one with this address.</summary>
/// <remarks>There is no search by part of a name: it would not outlive the encryption of names. Addresses are found by their key.</remarks>
internal static class ListCustomers
{
    internal static async Task<IResult> HandleAsync(Paging paging, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var email = query.Text("email", 255);
        query.ThrowIfRefused();

        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        var customers = db.Customers.AsNoTracking();
        if (email is not null)
        {
            // What cannot be an address is nobody's address.
            var key = EmailAddress.TryParse(email, out var address, out _) ? address.Key : null;
            customers = customers.Where(customer => customer.EmailKey == key);
        }

        var total = await customers.LongCountAsync(cancellationToken);
        var page = await customers.OrderByDescending(customer => customer.Id).Page(paging).ToListAsync(cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(CrmEvents.CustomersListed) { Details = new Dictionary<string, object?> { ["page"] = paging.Page, ["rows"] = page.Count, ["byEmail"] = email is not null } },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return paging.Result(context, total, page.Select(CustomerView.Of));
    }
}
