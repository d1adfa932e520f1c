using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;
using Palisade.Access;
using Palisade.Storage;
using Palisade.Validation;

namespace Palisade.Audit;

/// <summary>An entry of the audit log, as its reader sees it.</summary>
internal sealed record AuditEntry(
    Guid Id, DateTimeOffset OccurredAt, string Action, string Outcome, string? Reason, int Severity, Guid? UserId, string? Role, string? SessionRef,
    string? AuthenticationLevel, string? EntityType, string? EntityId, JsonElement? Before, JsonElement? After, JsonElement? Details, string? Ip,
    string? UserAgent, string RequestId, string Method, string? Route);

/// <summary><c>GET /api/admin/audit?user=&amp;action=&amp;entity=&amp;ip=&amp;from=&amp;to=</c>: newest first. Looking is itself an event (R273).</summary>
internal static class ListEvents
{
    private const string Filter = """
        FROM audit.events
        WHERE ($1::uuid IS NULL OR actor_id = $1) AND ($2::text IS NULL OR type = $2) AND ($3::text IS NULL OR entity_type = $3 OR entity_id = $3)
          AND ($4::inet IS NULL OR ip = $4) AND ($5::timestamptz IS NULL OR occurred_at >= $5) AND ($6::timestamptz IS NULL OR occurred_at <= $6)
        """;

    private const string Select = $"""
        SELECT id, occurred_at, type, outcome, reason, severity, actor_id, actor_role, session_ref, auth_level, entity_type, entity_id,
               before::text, after::text, details::text, host(ip), user_agent, request_id, method, route
        {Filter} ORDER BY id DESC LIMIT $7 OFFSET $8
        """;

    internal static async Task<IResult> HandleAsync(Paging paging, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var (from, to) = query.Range();
        var filter = new (string Name, NpgsqlDbType Type, object? Value)[]
        {
            ("user", NpgsqlDbType.Uuid, query.Id("user")),
            ("action", NpgsqlDbType.Text, query.Text("action", 100)),
            ("entity", NpgsqlDbType.Text, query.Text("entity", 100)),
            ("ip", NpgsqlDbType.Inet, query.Address("ip")),
            ("from", NpgsqlDbType.TimestampTz, from),
            ("to", NpgsqlDbType.TimestampTz, to),
        };
        query.ThrowIfRefused();

        NpgsqlParameter[] Parameters() => [.. filter.Select(part => new NpgsqlParameter { NpgsqlDbType = part.Type, Value = part.Value ?? DBNull.Value })];
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var count = work.Command($"SELECT count(*) {Filter}", Parameters());
        var total = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        var entries = await work.ListAsync(Select, [.. Parameters(), paging.PageSize, paging.Offset], Read, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.AuditViewed)
            {
                // Which filters, not their values: a value may be somebody's address.
                Details = new Dictionary<string, object?> { ["page"] = paging.Page, ["filters"] = filter.Where(part => part.Value is not null).Select(part => part.Name).ToArray() },
            },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return paging.Result(context, total, entries);
    }

    private static AuditEntry Read(NpgsqlDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        JsonElement? Json(int column) => Text(column) is { } text ? JsonDocument.Parse(text).RootElement.Clone() : null;
        return new AuditEntry(
            row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), Text(4), row.GetInt16(5), row.IsDBNull(6) ? null : row.GetGuid(6),
            Text(7), Text(8), Text(9), Text(10), Text(11), Json(12), Json(13), Json(14), Text(15), Text(16), row.GetString(17), row.GetString(18), Text(19));
    }
}
