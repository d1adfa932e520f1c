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
            digests[table] = await behind.ValueAsync<string>($"SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {table} AS t");
        }

        return digests;
    }

    /// <summary>Every table that is ours, with its schema.</summary>
    internal static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlDataSource behind) =>
    [
        .. (await behind.RowsAsync(
            """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_' ORDER BY 1
            """)).Select(row => (string)row[0]!),
    ];
}
