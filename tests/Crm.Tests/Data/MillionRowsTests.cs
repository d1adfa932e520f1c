using System.Net;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Data;

public sealed class MillionRowsTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    // Twenty companies, one of them Ada's, and two thousand people among a million events, sessions and customers of a year.
    // Indexes are set aside while the rows arrive: it takes a third of the time.
    private const string Load = """
        SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '256MB';
        CREATE TEMP TABLE indexes AS
            SELECT format('%I.%I', schemaname, indexname) AS name, indexdef FROM pg_indexes
            WHERE format('%s.%s', schemaname, tablename) IN ('audit.events', 'sessions.sessions', 'crm.customers') AND indexname NOT LIKE '%_pkey';
        DO $$ DECLARE one record; BEGIN FOR one IN SELECT * FROM indexes LOOP EXECUTE 'DROP INDEX ' || one.name; END LOOP; END $$;

        INSERT INTO tenancy.tenants SELECT gen_random_uuid(), 'Company ' || n, now() FROM generate_series(1, 19) n;
        CREATE TEMP TABLE company AS SELECT id, row_number() OVER () - 1 AS place FROM tenancy.tenants;
        INSERT INTO accounts.users (id, tenant_id, email, email_key, name, role, status, password_hash, created_at, updated_at)
            SELECT gen_random_uuid(), company.id, n || '@people.example', n || '@people.example', 'Person', 'viewer', 'active', '-', now(), now()
            FROM generate_series(1, 2000) n JOIN company ON place = n % 20;
        CREATE TEMP TABLE person AS SELECT id, tenant_id, row_number() OVER (ORDER BY tenant_id, id) - 1 AS place FROM accounts.users WHERE email LIKE '%@people.example';
        CREATE TEMP TABLE million AS
            SELECT n, person.id AS person, tenant_id AS company, to_timestamp(1767225600 + n * 30) AS at,
                (lpad(to_hex((1767225600 + n * 30)::bigint * 1000), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid AS id
            FROM generate_series(1, 1000000) n JOIN person ON place = n % 2000;

        INSERT INTO audit.events (id, occurred_at, tenant_id, type, ocsf_class, severity, outcome, actor_id, entity_type, entity_id, ip, request_id, method)
            SELECT id, at, company, 'TYPE_' || n % 50, 3002, 1, 'success', person, 'customer', md5((n % 5000)::text)::uuid::text, '192.0.2.1', '-', 'GET' FROM million;
        INSERT INTO sessions.sessions (id, tenant_id, user_id, handle_hash, version, level, client, created_at, last_seen_at, idle_seconds, cookie_ends_at,
                refresh_hash, refreshed_at, refresh_ends_at, absolute_ends_at)
            SELECT id, company, person, sha256(n::text::bytea), 1, 'mfa', 'browser', at, at, 1800, '2099-01-01', '', at, '2099-01-01', '2099-01-01' FROM million;
        INSERT INTO crm.customers (id, tenant_id, name, email, email_key, country, created_by, created_at, updated_at)
            SELECT id, company, 'Customer', n || '@example.com', n || '@example.com', 'US', person, at, at FROM million;
        DO $$ DECLARE one record; BEGIN FOR one IN SELECT * FROM indexes LOOP EXECUTE one.indexdef; END LOOP; END $$;
        """;

    [Fact]
    [Requirement("R258")]
    public async Task The_viewers_filters_session_look_ups_and_lists_read_no_table_from_end_to_end()
    {
        using var ada = crm.NewClient();
        await ada.SetUpAsync();
        await LoadAsync();
        var (actor, entity, email) = await SampleAsync();
        await TellStatisticsAsync();
        await crm.Behind.ExecuteAsync("SELECT pg_stat_reset()");
        while ((await ada.GetAsync("/health/ready")).Status != HttpStatusCode.OK)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // the pool still finds connections that we ended
        }

        // Ten times each: after five uses a prepared statement may get the one plan that it keeps.
        foreach (var (path, rows) in ((string, int)[])
            [
                ("/api/admin/audit?pageSize=100", 100),
                ($"/api/admin/audit?user={actor}&pageSize=100", 100),
                ("/api/admin/audit?action=TYPE_7&pageSize=100", 100),
                ($"/api/admin/audit?entity={entity}&pageSize=100", 1),
                ("/api/admin/audit?from=2026-06-01T00:00:00Z&to=2026-06-01T12:00:00Z&pageSize=100", 1),
                ($"/api/admin/audit?user={actor}&from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z", 1),
                ("/api/admin/users", 50),
                ("/api/customers", 50),
                ($"/api/customers?email={email}", 1),
            ])
        {
            for (var use = 0; use < 10; use++)
            {
                var answer = await ada.GetAsync(path);
                Assert.Equal((path, HttpStatusCode.OK), (path, answer.Status));
                Assert.InRange(answer.Json.GetProperty("items").GetArrayLength(), rows, 100);
            }
        }

        await TellStatisticsAsync();
        var read = await crm.Behind.RowsAsync("""
            SELECT relname::text, seq_scan FROM pg_stat_user_tables
            WHERE relid IN ('audit.events'::regclass, 'sessions.sessions'::regclass, 'crm.customers'::regclass, 'accounts.users'::regclass) AND seq_scan > 0
            """);
        Assert.Equal("", string.Join(", ", read.Select(row => $"{row[0]} {row[1]} times")));
        // An index that is walked from end to end is no better. Ten lists each count their company's 50,000 rows; the filters find a few hundred.
        Assert.InRange(
            Convert.ToInt64(await crm.Behind.ValueAsync<decimal>("SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relid = 'audit.events'::regclass")), 1, 900_000);
    }

    private async Task LoadAsync()
    {
        await using (var load = crm.Behind.CreateCommand(Load))
        {
            load.CommandTimeout = 300;
            await load.ExecuteNonQueryAsync();
        }

        foreach (var table in (string[])["audit.events", "sessions.sessions", "crm.customers", "accounts.users"])
        {
            await crm.Behind.ExecuteAsync($"VACUUM ANALYZE {table}");
        }
    }

    // A session reports what it did at its end, at the latest; ours, when it is told to.
    private async Task TellStatisticsAsync()
    {
        await crm.Behind.ExecuteAsync("SELECT pg_stat_force_next_flush(), pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
        await Task.Delay(500, TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody, something and a customer of Ada's company.</summary>
    private async Task<(Guid Actor, string Entity, string Email)> SampleAsync()
    {
        var row = (await crm.Behind.RowsAsync("""
            SELECT actor_id, entity_id, customers.email FROM accounts.users
            JOIN audit.events ON events.tenant_id = users.tenant_id AND type LIKE 'TYPE%' JOIN crm.customers ON customers.tenant_id = users.tenant_id
            WHERE users.email = 'ada@example.com' LIMIT 1
            """)).Single();
        return ((Guid)row[0]!, (string)row[1]!, (string)row[2]!);
    }
}
