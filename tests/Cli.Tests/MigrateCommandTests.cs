using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Crm;
using Palisade.Storage;

namespace Palisade.Cli.Tests;

public sealed class MigrateCommandTests : IDisposable
{
    private static readonly (string, string) Development = ("PALISADE_ENVIRONMENT", "Development");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-migrate-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int All => PalisadeExtensions.Migrations.Count + CrmApp.Migrations.Count;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    [Requirement("R259")]
    public async Task It_makes_everything_once_in_the_private_cluster_and_leaves_no_server_behind()
    {
        var first = await Ran.Async(folder.FullName, ["migrate", "--json"], Development);
        Assert.Equal(0, first.Exit);
        var applied = first.Json.GetProperty("applied").EnumerateArray().Select(row => $"{row.GetProperty("set")} {row.GetProperty("number")}").ToList();
        Assert.Equal(All, applied.Count);
        Assert.Equal(("palisade 1", $"crm {CrmApp.Migrations.Count}"), (applied[0], applied[^1]));
        Assert.False(File.Exists(Path.Combine(folder.FullName, "data", "postgres", "postmaster.pid")));

        var second = await Ran.Async(folder.FullName, ["migrate", "--data", "data"], Development);
        Assert.Equal((0, "Nothing to do: the schema is that of this build.\n"), (second.Exit, second.Output));
    }

    [Fact]
    public async Task A_database_of_others_is_migrated_while_it_is_in_use_and_by_two_at_once()
    {
        await using var cluster = await PrivateCluster.StartAsync(Path.Combine(folder.FullName, "server"), NullLogger.Instance, Cancel);
        var url = ("DATABASE_URL", cluster.AppConnectionString);
        var migrationUrl = ("MIGRATION_DATABASE_URL", cluster.MigrationConnectionString);
        using var elsewhere = DataFolder.Take(Path.Combine(folder.FullName, "data")); // an instance that runs on this folder
        var both = await Task.WhenAll(
            Ran.Async(folder.FullName, ["migrate", "--json"], Development, url, migrationUrl),
            Ran.Async(folder.FullName, ["migrate", "--json"], Development, url, migrationUrl));
        Assert.All(both, ran => Assert.Equal((0, ""), (ran.Exit, ran.Exit == 0 ? "" : ran.Error)));
        Assert.Equal(All, both.Sum(ran => ran.Json.GetProperty("applied").GetArrayLength()));

        await using var connection = new NpgsqlConnection(cluster.SuperuserConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var tamper = new NpgsqlCommand("UPDATE palisade.schema_migrations SET checksum = '' WHERE set = 'crm' AND number = 1", connection);
        await tamper.ExecuteNonQueryAsync(Cancel);
        var refused = await Ran.Async(folder.FullName, ["migrate"], Development, url, migrationUrl);
        Assert.Equal((1, ""), (refused.Exit, refused.Output));
        Assert.Contains("Migration crm 1 (crm) was applied with other statements", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_cluster_that_an_instance_uses_is_left_to_it()
    {
        using var instance = DataFolder.Take(Path.Combine(folder.FullName, "data"));
        var ran = await Ran.Async(folder.FullName, ["migrate", "--json"], Development);
        Assert.Equal((1, ""), (ran.Exit, ran.Output));
        Assert.Contains("Another instance is running on the data folder", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_settings_or_a_server_it_fails_in_a_sentence()
    {
        var unset = await Ran.Async(folder.FullName, ["migrate"]);
        Assert.Equal((1, ""), (unset.Exit, unset.Output));
        Assert.Contains("error: DATABASE_URL", unset.Error, StringComparison.Ordinal);

        var away = await Ran.Async(folder.FullName, ["migrate"], Development, ("DATABASE_URL", "postgresql://crm:open-sesame@/crm?host=/nowhere"));
        Assert.Equal((1, ""), (away.Exit, away.Output));
        Assert.DoesNotContain("   at ", away.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame", away.Error, StringComparison.Ordinal);
    }
}
