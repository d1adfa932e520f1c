namespace Palisade.Crm.Estates;

/// <summary>A building or site that a company manages.</summary>
public sealed class Estate
{
    /// <summary>UUIDv7: in order of creation, and not to be guessed.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid TenantId { get; init; }

    /// <summary>The user who answers for it.</summary>
    public Guid OwnerId { get; init; }

    /// <summary>3-100 characters.</summary>
    public required string Name { get; set; }

    /// <summary>5-255 characters.</summary>
    public required string Location { get; set; }

    /// <summary>At most 1000 characters.</summary>
    public string? Description { get; set; }

    /// <summary>1-1000.</summary>
    public int TotalUnits { get; set; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was deleted, if it was.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>An estate as the API tells it.</summary>
internal sealed record EstateView(Guid Id, string Name, string Location, string? Description, int TotalUnits, Guid OwnerId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static EstateView Of(Estate estate) =>
        new(estate.Id, estate.Name, estate.Location, estate.Description, estate.TotalUnits, estate.OwnerId, estate.CreatedAt, estate.UpdatedAt);
}
