namespace Palisade.Crypto.Envelopes;

/// <summary>Where an encrypted value lives. A value sealed for one place does not open in any other.</summary>
/// <param name="Tenant">The tenant that owns the row.</param>
/// <param name="Table">The table's name as stored, the same for ever: a rename needs the old name here.</param>
/// <param name="Column">The column's name, likewise.</param>
/// <param name="Row">The row's id in one canonical spelling.</param>
public readonly record struct Place(Guid Tenant, string Table, string Column, string Row);
