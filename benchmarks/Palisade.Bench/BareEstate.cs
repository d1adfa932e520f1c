using Npgsql;

namespace Palisade.Bench;

/// <summary>The same row as JSON, with nothing around it: no caller, no tenant, no log.</summary>
internal static class BareEstate
{
    private sealed record Estate(Guid Id, string Name, string Location, string? Description, int TotalUnits, Guid OwnerId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    internal static Delegate HandleAsync(NpgsqlDataSource database) => async (Guid id) =>
    {
        await using var command = database.CreateCommand(
            "SELECT id, name, location, description, total_units, owner_id, created_at, updated_at FROM crm.estates WHERE id = $1 AND deleted_at IS NULL");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync()
            ? Results.Ok(new Estate(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetInt32(4), row.GetGuid(5),
                row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7)))
            : Results.NotFound();
    };
}
