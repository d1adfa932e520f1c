using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Cli.Tests;

public sealed class RecoverAdminCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-users-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task An_administrator_without_a_second_factor_is_let_in_from_the_machine_and_it_is_on_record()
    {
        await using var cluster = await PrivateCluster.StartAsync(Path.Combine(folder.FullName, "server"), NullLogger.Instance, Cancel);
        (string, string)[] settings =
            [("PALISADE_ENVIRONMENT", "Development"), ("DATABASE_URL", cluster.AppConnectionString), ("MIGRATION_DATABASE_URL", cluster.MigrationConnectionString)];
        Assert.Equal(0, (await Ran.Async(folder.FullName, ["migrate"], settings)).Exit);
        await using var database = NpgsqlDataSource.Create(cluster.SuperuserConnectionString);
        await database.CreateCommand(
            """
            INSERT INTO tenancy.tenants (id, name, created_at) VALUES ('01900000-0000-7000-8000-000000000001', 'Acme', now());
            INSERT INTO accounts.users (id, tenant_id, email, email_key, name, role, status, password_hash, created_at, updated_at)
            SELECT ('01900000-0000-7000-8000-00000000000' || number)::uuid, '01900000-0000-7000-8000-000000000001', name || '@example.com', name || '@example.com', name, role, 'active', 'x', now(), now()
            FROM (VALUES (2, 'ada', 'superadmin'), (3, 'max', 'manager')) AS people (number, name, role);
            INSERT INTO mfa.backup_codes (user_id, tenant_id, hash, created_at) SELECT id, tenant_id, 'x', now() FROM accounts.users;
            """).ExecuteNonQueryAsync(Cancel);

        foreach (var stranger in new[] { "nobody@example.com", "max@example.com", "not an address" })
        {
            var refused = await Ran.Async(folder.FullName, ["users", "recover-admin", stranger], settings);
            Assert.Equal(1, refused.Exit);
            Assert.Contains("There is no active administrator with this address.", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(2L, await CountAsync("SELECT count(*) FROM mfa.backup_codes"));
        Assert.Equal(0, (await Ran.Async(folder.FullName, ["users", "recover-admin", "ada@example.com"], settings)).Exit);
        Assert.Equal(1L, await CountAsync("SELECT count(*) FROM mfa.backup_codes"));
        Assert.Equal(1L, await CountAsync("SELECT count(*) FROM audit.events WHERE type = 'RECOVERY_COMPLETED' AND method = 'recover-admin'"));
        Assert.Equal(1L, await CountAsync("SELECT count(*) FROM messaging.outbox WHERE template = 'recovery_completed'"));

        async Task<long> CountAsync(string sql) => (long)(await database.CreateCommand(sql).ExecuteScalarAsync(Cancel))!;
    }
}
