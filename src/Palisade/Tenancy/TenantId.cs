namespace Palisade.Tenancy;

/// <summary>A company whose rows no other company sees.</summary>
public readonly record struct TenantId(Guid Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString("D");
}
