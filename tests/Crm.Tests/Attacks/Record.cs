using System.Text;
using Npgsql;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>What the database says happened, read behind the application's back.</summary>
internal static class Record
{
    /// <summary>Events of this type about this account, with this reason when one is given.</summary>
    internal static Task<long> EventsAsync(this NpgsqlDataSource database, string type, Guid account, string? reason = null) =>
        database.ReadAsync<long>(
            "SELECT count(*) FROM audit.events WHERE type = $1 AND entity_id = $2 AND ($3 = '' OR reason = $3)",
            type,
            account.ToString("D"),
            reason ?? "");

    /// <summary>Sessions this account ever began.</summary>
    internal static Task<long> SessionsAsync(this NpgsqlDataSource database, Guid account) =>
        database.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE user_id = $1", account);

    /// <summary>One value.</summary>
    internal static async Task<T> ReadAsync<T>(this NpgsqlDataSource database, string sql, params object[] parameters)
    {
        await using var command = Command(database, sql, parameters);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Changes something; answers how many rows.</summary>
    internal static async Task<int> ChangeAsync(this NpgsqlDataSource database, string sql, params object[] parameters)
    {
        await using var command = Command(database, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every row of every table as text, bytes in hex.</summary>
    internal static async Task<string> WholeTextAsync(this NpgsqlDataSource database)
    {
        var text = new StringBuilder();
        var tables = await database.ReadAsync<string[]>(
            "SELECT array_agg(format('%I.%I', schemaname, tablename)) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        foreach (var table in tables)
        {
            text.Append(await database.ReadAsync<string>($"SELECT coalesce(string_agg(row::text, E'\\n'), '') FROM {table} AS row"));
        }

        return text.ToString();
    }

    private static NpgsqlCommand Command(NpgsqlDataSource database, string sql, object[] parameters)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
