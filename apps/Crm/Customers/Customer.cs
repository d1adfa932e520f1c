using Palisade.Privacy;

namespace Palisade.Crm.Customers;

/// <summary>A person or company we do business with.</summary>
public sealed class Customer
{
    /// <summary>UUIDv7: in order of creation, and not to be guessed.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose customer.</summary>
    public Guid TenantId { get; init; }

    /// <summary>Exactly as given: names are free text (R193).</summary>
    [Personal("to know whom we serve")]
    public required string Name { get; set; }

    /// <summary>Exactly as given; messages go to this spelling.</summary>
    [Personal("to reach the customer")]
    public required string Email { get; set; }

    /// <summary>The address in its comparison form; unique among a company's living customers.</summary>
    [Personal("to find the customer by address")]
    public required string EmailKey { get; set; }

    /// <summary>E.164.</summary>
    [Personal("to reach the customer")]
    public string? Phone { get; set; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; set; }

    /// <summary>At most 50 characters.</summary>
    [Personal("to identify the customer in a contract")]
    public string? PassportNumber { get; set; }

    /// <summary>At most 2000 characters.</summary>
    [Personal("what the customer told us")]
    public string? Notes { get; set; }

    /// <summary>The user who added it.</summary>
    public Guid CreatedBy { get; init; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was deleted, if it was.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>A customer as the API tells it.</summary>
internal sealed record CustomerView(
    Guid Id, string Name, string Email, string? Phone, string Country, string? PassportNumber, string? Notes, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static CustomerView Of(Customer customer) => new(
        customer.Id, customer.Name, customer.Email, customer.Phone, customer.Country, customer.PassportNumber, customer.Notes, customer.CreatedAt, customer.UpdatedAt);
}
