using Npgsql;

namespace Palisade.Crm.Tests.Surface;

/// <summary>Everything the database holds, as one short text a table: equal before and after means that nothing was written.</summary>
internal static class Rows
{
    // What changes behind every request, whatever it asked: when a session was last used and for what, and how far a mail has come.
    private static readonly Dictionary<string, string> Activity = new()
    {
        ["sessions.sessions"] = "{last_seen_at,last_ip,last_method,last_route,user_agent}",
        ["messaging.outbox"] = "{state,sealed,attempts,next_attempt_at,ended_at,last_problem}",
    };

    /// <summary>A digest of every table's rows, the audit log's excepted: refusals too are written there.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> DigestAsync(NpgsqlDataSource behind)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in (await TablesAsync(behind)).Where(table => table != "audit.events"))
        {
            digests[table] = await behind.ValueAsync<string>($"SELECT count(*) || ':' || coalesce(md5(string_agg(row::text, ',' ORDER BY row::text)), '') FROM (SELECT to_jsonb(t) - '{Activity.GetValueOrDefault(table, "{}")}'::text[] AS row FROM {table} AS t) AS rows");
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
