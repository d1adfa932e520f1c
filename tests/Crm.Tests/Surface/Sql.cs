using Npgsql;

namespace Palisade.Crm.Tests.Surface;

/// <summary>Questions put straight to a database, behind the application's back.</summary>
internal static class Sql
{
    /// <summary>Every row, column by column; null for SQL's null.</summary>
    internal static async Task<IReadOnlyList<object?[]>> RowsAsync(this NpgsqlDataSource database, string sql, params object[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await RowsAsync(connection, sql, parameters);
    }

    /// <summary>The one value the question has.</summary>
    internal static async Task<T> ValueAsync<T>(this NpgsqlDataSource database, string sql, params object[] parameters) =>
        (T)(await database.RowsAsync(sql, parameters)).Single().Single()!;

    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    internal static async Task<int> ExecuteAsync(this NpgsqlDataSource database, string sql, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every row, asked on this connection.</summary>
    internal static async Task<IReadOnlyList<object?[]>> RowsAsync(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
        }

        return rows;
    }
}
