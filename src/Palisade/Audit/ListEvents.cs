using System.Buffers.Binary;
using System.Globalization;
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
    private const string Columns = """
        id, occurred_at, type, outcome, reason, severity, actor_id, actor_role, session_ref, auth_level, entity_type, entity_id,
        before::text, after::text, details::text, host(ip), user_agent, request_id, method, route
        """;

    internal static async Task<IResult> HandleAsync(Paging paging, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var (from, to) = query.Range();
        var entity = query.Text("entity", 100);
        var filter = new (string Name, string Condition, NpgsqlDbType Type, object? Value)[]
        {
            ("user", "actor_id = {0}", NpgsqlDbType.Uuid, query.Id("user")),
            ("action", "type = {0}", NpgsqlDbType.Text, query.Text("action", 100)),
            ("entity", Guid.TryParse(entity, out _) ? "entity_id = {0}" : "(entity_type = {0} OR entity_id = {0})", NpgsqlDbType.Text, entity),
            ("ip", "ip = {0}", NpgsqlDbType.Inet, query.Address("ip")),
            // An id begins with its event's time, so the index that orders the events also finds the range.
            ("from", "occurred_at >= {0}", NpgsqlDbType.TimestampTz, from),
            ("from", "id >= {0}", NpgsqlDbType.Uuid, FirstIdAt(from)),
            ("to", "occurred_at <= {0}", NpgsqlDbType.TimestampTz, to),
            ("to", "id < {0}", NpgsqlDbType.Uuid, FirstIdAt(to, millisecondsLater: 1)),
        }.Where(part => part.Value is not null).ToList();
        query.ThrowIfRefused();

        // Row-level security lets a tenant see its rows alone. Naming it once more is for the planner: the policy has an exception
        // for the platform itself, and an OR finds no index.
        filter.Insert(0, ("tenant", "tenant_id = {0}", NpgsqlDbType.Uuid, context.RequireCaller().Tenant.Value));
        // Conditions that are not asked for are left out, not made true by parameters: a prepared plan would have to serve both.
        var where = string.Join(" AND ", filter.Select((part, index) => string.Format(CultureInfo.InvariantCulture, part.Condition, $"${index + 1}")));
        NpgsqlParameter[] Parameters() => [.. filter.Select(part => new NpgsqlParameter { NpgsqlDbType = part.Type, Value = part.Value })];
        await using var work = await database.BeginAsync(context.RequireCaller().Tenant, context.Facts(), cancellationToken);
        await using var count = work.Command($"SELECT count(*) FROM audit.events WHERE {where}", Parameters());
        var total = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        var entries = await work.ListAsync(
            $"SELECT {Columns} FROM audit.events WHERE {where} ORDER BY id DESC LIMIT ${filter.Count + 1} OFFSET ${filter.Count + 2}",
            [.. Parameters(), paging.PageSize, paging.Offset], Read, cancellationToken);
        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.AuditViewed)
            {
                // Which filters, not their values: a value may be somebody's address.
                Details = new Dictionary<string, object?> { ["page"] = paging.Page, ["filters"] = filter.Skip(1).Select(part => part.Name).Distinct().ToArray() },
            },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return paging.Result(context, total, entries);
    }

    /// <summary>Not after any id that is made in this millisecond, and after all that were made before.</summary>
    private static Guid? FirstIdAt(DateTimeOffset? time, int millisecondsLater = 0)
    {
        if (time is not { } moment)
        {
            return null;
        }

        // UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, and then what does not matter here.
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, moment.ToUnixTimeMilliseconds() + millisecondsLater) << 16);
        return new Guid(bytes, bigEndian: true);
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
