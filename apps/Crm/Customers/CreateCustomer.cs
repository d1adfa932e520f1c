using Microsoft.EntityFrameworkCore;
using Npgsql;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Configuration;
using Palisade.Crm.Data;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Crm.Customers;

/// <summary><c>POST /api/customers</c>. Who may create but not read gets the new record back, and no other.</summary>
internal static class CreateCustomer
{
    internal static async Task<IResult> HandleAsync(
        CustomerFields request, HttpContext context, PalisadeDatabase database, PalisadeSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = context.RequireCaller();
        var customer = request.ToCustomer(caller, settings.DefaultCountry, clock.GetUtcNow());
        await using var work = await database.BeginAsync(caller.Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        db.Customers.Add(customer);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Problem.AlreadyExists.Result();
        }

        await work.RecordAsync(
            new SecurityEvent(CrmEvents.CustomerCreated) { After = new Dictionary<string, object?> { ["country"] = customer.Country } }.On("customer", customer.Id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Created($"/api/customers/{customer.Id:D}", CustomerView.Of(customer));
    }
}
