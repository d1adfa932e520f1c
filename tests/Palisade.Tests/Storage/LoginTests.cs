using Npgsql;
using Palisade.Audit;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Tests.Storage;

/// <summary>A database server that others run, with the logins they give us.</summary>
public sealed class LoginTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("boss", "SUPERUSER")]
    [InlineData("landlord", "CREATEROLE")]
    public async Task Whatever_the_login_may_the_application_is_only_palisade_app(string login, string attributes)
    {
        await using var server = await ServerWithAsync(login, attributes);
        var storage = server.Login(login, "business");
        await StorageCluster.MigratorOf(storage).ApplyAsync(Cancel);

        await using var database = StorageCluster.Database(storage);
        for (var use = 0; use < 3; use++)
        {
            await using var work = await database.BeginAsync(new TenantId(Guid.CreateVersion7()), RequestFacts.OfProcess("test"), Cancel);
            Assert.Equal((login, "palisade_app"), await WhoAsync(work.Connection));
            await Assert.ThrowsAsync<PostgresException>(() => work.ExecuteAsync("DELETE FROM audit.events", [], Cancel));
        }
    }

    [Fact]
    public async Task A_reset_connection_is_palisade_app_again()
    {
        await using var server = await ServerWithAsync("boss", "SUPERUSER");
        var storage = server.Login("boss", "business");
        await StorageCluster.MigratorOf(storage).ApplyAsync(Cancel);
        await using var source = Palisade.Storage.Internal.AppDataSource.Create(storage);
        await using var connection = await source.OpenConnectionAsync(Cancel);
        foreach (var reset in (string[])["DISCARD ALL", "RESET ROLE", "RESET ALL", "SET SESSION AUTHORIZATION DEFAULT"])
        {
            await using var command = new NpgsqlCommand(reset, connection);
            await command.ExecuteNonQueryAsync(Cancel);
            Assert.Equal(("boss", "palisade_app"), await WhoAsync(connection));
        }
    }

    [Fact]
    public async Task A_login_that_may_not_make_roles_gets_the_statements_for_an_administrator_and_then_migrates()
    {
        await using var server = await ServerWithAsync("plain", "");
        var storage = server.Login("plain", "business");
        var refused = await Assert.ThrowsAsync<SchemaException>(() => StorageCluster.MigratorOf(storage).ApplyAsync(Cancel));
        Assert.StartsWith("The login plain may not make the roles of the database. An administrator runs this once, in the database business:", refused.Message, StringComparison.Ordinal);

        await server.SuperuserAsync("business", refused.Message[refused.Message.IndexOf("CREATE", StringComparison.Ordinal)..]);
        Assert.Equal(PalisadeExtensions.Migrations, await StorageCluster.MigratorOf(storage).ApplyAsync(Cancel));
        await using var database = StorageCluster.Database(storage);
        Assert.True(await database.IsReachableAsync(Cancel));
    }

    [Fact]
    public async Task A_backup_that_cannot_see_everything_is_a_warning_at_once_and_an_error_later_never_an_empty_file()
    {
        await using var server = await ServerWithAsync("landlord", "CREATEROLE");
        var storage = server.Login("landlord", "business");
        var told = new ToldEvents();
        await StorageCluster.MigratorOf(storage, logger: new Microsoft.Extensions.Logging.Logger<Migrator>(told)).ApplyAsync(Cancel);
        Assert.Contains("PostgreSQL: No backup until an administrator runs: ALTER ROLE palisade_backup BYPASSRLS", told.Lines);

        await server.SuperuserAsync("business", "INSERT INTO tenancy.tenants VALUES (gen_random_uuid(), 'Ada', now())");
        await using var connection = new NpgsqlConnection(server.Superuser("business").ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var dump = new NpgsqlCommand("SET ROLE palisade_backup; SET row_security = off; SELECT count(*) FROM tenancy.tenants", connection);
        await Assert.ThrowsAsync<PostgresException>(() => dump.ExecuteScalarAsync(Cancel));
    }

    /// <summary>A server that never met the product, with one login that owns a database.</summary>
    private static async Task<ThrowawayCluster> ServerWithAsync(string login, string attributes)
    {
        var server = await ThrowawayCluster.StartAsync();
        await server.SuperuserAsync(
            "postgres",
            $"""
            DROP DATABASE palisade; DROP OWNED BY palisade_owner;
            DROP ROLE palisade_owner, palisade_app, palisade_readonly, palisade_backup, palisade_retention, palisade_migrator;
            CREATE ROLE {login} LOGIN {attributes}; CREATE DATABASE business OWNER {login}
            """);
        await server.AdmitAsync(login);
        return server;
    }

    private static async Task<(string Login, string Acting)> WhoAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT session_user::text, current_user::text", connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        await reader.ReadAsync(Cancel);
        return (reader.GetString(0), reader.GetString(1));
    }
}
