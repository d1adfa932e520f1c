using Npgsql;
using Palisade.Audit;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Bench;

/// <summary>Events through a unit of work, one durable commit each, against plain inserts of as wide a row.</summary>
internal static class AuditAppend
{
    internal static async Task<Measured> RunAsync(BenchInstance instance)
    {
        const int count = 2_000;
        const int parallel = 8;
        var database = instance.Services.GetRequiredService<PalisadeDatabase>();
        var tenant = new TenantId(Guid.CreateVersion7());
        var facts = RequestFacts.OfProcess("bench");
        await using (var create = instance.Database.CreateCommand("CREATE TABLE IF NOT EXISTS public.plain (LIKE audit.events INCLUDING ALL)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        var (ours, peer) = await Measured.InTurnAsync(
            3,
            () => SignIns.RateAsync(count, parallel, async _ =>
            {
                await using var work = await database.BeginAsync(tenant, facts, CancellationToken.None);
                await work.RecordAsync(new SecurityEvent(SecurityEvents.AuditViewed), CancellationToken.None);
                await work.CommitAsync(CancellationToken.None);
            }),
            () => SignIns.RateAsync(count, parallel, async _ =>
            {
                await using var insert = instance.Database.CreateCommand(
                    "INSERT INTO public.plain (id, occurred_at, tenant_id, type, ocsf_class, severity, outcome, request_id, method) VALUES ($1, now(), $2, 'AUDIT_VIEWED', 6003, 1, 'success', '-', 'bench')");
                insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
                insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.Value });
                await insert.ExecuteNonQueryAsync();
            }));
        return new Measured(ours, peer, "events/s", ours / peer, ">= 0.70", "plain INSERT of as wide a row");
    }
}
