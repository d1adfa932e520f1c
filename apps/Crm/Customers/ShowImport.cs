using Palisade.Access;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Crm.Customers;

/// <summary>How far an import is.</summary>
internal sealed record ImportView(Guid Id, int Total, int Done, int? Imported, int? Rejected, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <summary><c>GET /api/customers/imports/{id}</c>.</summary>
internal static class ShowImport
{
    internal static async Task<IResult> HandleAsync(Guid id, HttpContext context, PalisadeDatabase database, CancellationToken cancellationToken)
    {
        return await database.ReadAsync(
            context.RequireCaller().Tenant,
            "SELECT id, total, done, imported, rejected, started_at, finished_at FROM crm.imports WHERE id = $1",
            id,
            row => new ImportView(
                row.GetGuid(0), row.GetInt32(1), row.GetInt32(2), row.IsDBNull(3) ? null : row.GetInt32(3), row.IsDBNull(4) ? null : row.GetInt32(4),
                row.GetFieldValue<DateTimeOffset>(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6)),
            cancellationToken) is { } import
            ? Results.Ok(import)
            : Problem.NotFound.Result();
    }
}
