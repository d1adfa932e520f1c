using Palisade.Access;
using Palisade.Audit;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Crm.Customers;

/// <summary>How far an import is, for whoever watches it. Each step is a transaction of its own.</summary>
internal sealed class ImportProgress(PalisadeDatabase database, Caller caller, RequestFacts facts, Guid id, TimeProvider clock)
{
    internal Guid Id => id;

    /// <exception cref="ProblemException">This id was used before: 409.</exception>
    internal async Task BeginAsync(int total, CancellationToken cancellationToken)
    {
        if (await ExecuteAsync(
            "INSERT INTO crm.imports (id, tenant_id, started_by, started_at, total) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [id, caller.Tenant.Value, caller.User, clock.GetUtcNow(), total],
            cancellationToken) != 1)
        {
            throw new ProblemException(Problem.AlreadyExists);
        }
    }

    internal Task ReportAsync(int done, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE crm.imports SET done = $2 WHERE id = $1", [id, done], cancellationToken);

    internal Task EndAsync(int imported, int rejected, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE crm.imports SET imported = $2, rejected = $3, finished_at = $4 WHERE id = $1", [id, imported, rejected, clock.GetUtcNow()], cancellationToken);

    private async Task<int> ExecuteAsync(string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(caller.Tenant, facts, cancellationToken);
        var changed = await work.ExecuteAsync(sql, parameters, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return changed;
    }
}
