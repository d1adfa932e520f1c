using System.ComponentModel.DataAnnotations;
using Palisade.Access;
using Palisade.Validation;

namespace Palisade.Crm.Customers;

/// <summary>The fields of a new customer, by hand or from a row of a file: one set of rules for both.</summary>
/// <remarks>A national number needs <see cref="Country"/>; without it the country is the number's own, or the installation's default.</remarks>
internal sealed record CustomerFields(
    [property: Required, PersonName] string? Name,
    [property: Required, Email] string? Email,
    string? Phone,
    [property: Country] string? Country,
    [property: Text(0, 50)] string? PassportNumber,
    [property: Text(0, 2000, MultiLine = true)] string? Notes) : IHasRules
{
    public IEnumerable<FieldError> Rules() => PhoneRules.For("phone", Phone, Country);

    /// <summary>The customer these fields make. They MUST have passed their rules.</summary>
    internal Customer ToCustomer(Caller caller, string defaultCountry, DateTimeOffset now)
    {
        var email = EmailAddress.Parse(Email!);
        CountryCode? home = Country is null ? null : CountryCode.Parse(Country);
        PhoneNumber? phone = Phone is null ? null : PhoneNumber.Parse(Phone, home ?? default);
        return new Customer
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.Tenant.Value,
            Name = Name!,
            Email = email.Value,
            EmailKey = email.Key,
            Phone = phone?.E164,
            Country = (home ?? phone?.Country)?.Value ?? defaultCountry,
            PassportNumber = PassportNumber,
            Notes = Notes,
            CreatedBy = caller.User,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }
}
