using System.ComponentModel.DataAnnotations;
using Palisade.Access;
using Palisade.Validation;

namespace Palisade.Crm.Customers;

/// <summary>The fields of a new customer, by hand or from a row of a file: one set of rules for both.</summary>
/// <remarks>A number without a country code is read as one of <see cref="Country"/>, or of the installation's default country.</remarks>
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
        var country = CountryCode.Parse(Country ?? defaultCountry);
        return new Customer
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.Tenant.Value,
            Name = Name!,
            Email = email.Value,
            EmailKey = email.Key,
            Phone = Phone is null ? null : PhoneNumber.Parse(Phone, country).E164,
            Country = country.Value,
            PassportNumber = PassportNumber,
            Notes = Notes,
            CreatedBy = caller.User,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }
}
