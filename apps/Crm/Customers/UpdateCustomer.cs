using Microsoft.EntityFrameworkCore;
using Npgsql;
using Palisade.Access;
using Palisade.Audit;
using Palisade.Crm.Data;
using Palisade.Hardening;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Crm.Customers;

/// <summary>What is to change; what is absent stays, and an empty phone is no phone. A national number is read by <see cref="Country"/>, or by the country on record.</summary>
internal sealed record UpdateCustomerRequest(
    [property: PersonName] string? Name,
    [property: Email] string? Email,
    string? Phone,
    [property: Country] string? Country,
    [property: Text(0, 50)] string? PassportNumber,
    [property: Text(0, 2000, MultiLine = true)] string? Notes);

/// <summary><c>PATCH /api/customers/{id}</c>.</summary>
internal static class UpdateCustomer
{
    internal static async Task<IResult> HandleAsync(
        Guid id, UpdateCustomerRequest request, HttpContext context, PalisadeDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var db = CrmDb.In(work);
        if (await db.Customers.FirstOrDefaultAsync(customer => customer.Id == id, cancellationToken) is not { } customer)
        {
            return Problem.NotFound.Result();
        }

        Apply(request, customer);
        var changes = Changes.Of(db.Entry(customer));
        if (!changes.Any)
        {
            return Results.Ok(CustomerView.Of(customer));
        }

        customer.UpdatedAt = clock.GetUtcNow();
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Problem.AlreadyExists.Result();
        }

        await work.RecordAsync(new SecurityEvent(CrmEvents.CustomerUpdated) { Before = changes.Before, After = changes.After }.On("customer", id), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.Ok(CustomerView.Of(customer));
    }

    private static void Apply(UpdateCustomerRequest request, Customer customer)
    {
        customer.Country = request.Country is null ? customer.Country : CountryCode.Parse(request.Country).Value;
        if (request.Phone is "")
        {
            customer.Phone = null;
        }
        else if (request.Phone is not null)
        {
            customer.Phone = PhoneNumber.TryParse(request.Phone, CountryCode.Parse(customer.Country), out var phone, out var refusal)
                ? phone.E164
                : throw new InvalidRequestException([refusal.Explain().At("phone")]);
        }

        if (request.Email is not null)
        {
            var email = EmailAddress.Parse(request.Email);
            customer.Email = email.Value;
            customer.EmailKey = email.Key;
        }

        customer.Name = request.Name ?? customer.Name;
        customer.PassportNumber = request.PassportNumber ?? customer.PassportNumber;
        customer.Notes = request.Notes ?? customer.Notes;
    }
}
