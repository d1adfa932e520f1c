using Npgsql;

namespace Palisade.Crm.Tests.Surface;

/// <summary>Everything the database holds, as one short text a table: equal before and after means that nothing was written.</summary>
internal static class Rows
{
    /// <summary>A digest of every table's rows, the audit log's excepted: refusals too are written there.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> DigestAsync(NpgsqlDataSource behind)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in (await TablesAsync(behind)).Where(table => table != "audit.events"))
        {
            await using var digest = behind.CreateCommand($"SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {table} AS t");
            digests[table] = (string)(await digest.ExecuteScalarAsync())!;
        }

        return digests;
    }

    /// <summary>Every table that is ours, with its schema.</summary>
    internal static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlDataSource behind)
    {
        await using var tables = behind.CreateCommand(
            """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public') AND n.nspname !~ '^pg_' ORDER BY 1
            """);
        await using var reader = await tables.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
