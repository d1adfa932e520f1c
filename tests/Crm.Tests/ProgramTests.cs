using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using Palisade.Configuration;
using Palisade.Hardening;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests;

public sealed class ProgramTests(TestCluster cluster) : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("palisade-program-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(parent.FullName, "my data");

    private int Server => int.Parse(File.ReadLines(Path.Combine(Data, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public void Dispose() => parent.Delete(recursive: true);

    [Fact]
    public async Task A_second_instance_is_refused_and_SIGTERM_ends_the_first_with_its_server()
    {
        using var first = CrmProgram.Start(Data);
        await first.ReadyAsync(Cancel);
        using (var second = CrmProgram.Start(Data))
        {
            Assert.Equal(1, await second.EndedAsync(Cancel));
            Assert.Contains($"Another instance is running on the data folder {Data}", second.Said, StringComparison.Ordinal);
        }

        var (server, started) = (Server, TimeProvider.System.GetTimestamp());
        Assert.Equal(HttpStatusCode.OK, await first.GetAsync("/health/ready", Cancel));
        first.Signal("-TERM");
        Assert.Equal(0, await first.EndedAsync(Cancel));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 10);
        Assert.False(Directory.Exists($"/proc/{server}"));
    }

    [Fact]
    public async Task A_killed_program_takes_its_server_along_and_the_next_start_has_its_data()
    {
        string setup;
        using (var first = CrmProgram.Start(Data))
        {
            await first.ReadyAsync(Cancel);
            setup = await File.ReadAllTextAsync(Path.Combine(Data, "setup-token"), Cancel);
            var server = Server;
            first.Signal("-KILL");
            await first.EndedAsync(Cancel);
            for (var waited = Stopwatch.StartNew(); Directory.Exists($"/proc/{server}"); await Task.Delay(20, Cancel))
            {
                Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), "The server outlived the program.");
            }
        }

        using var second = CrmProgram.Start(Data);
        await second.ReadyAsync(Cancel);
        for (var waited = Stopwatch.StartNew(); !second.Said.Contains(setup.Trim(), StringComparison.Ordinal); await Task.Delay(20, Cancel))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(5), "The link of the first administrator is another, or none.");
        }
    }

    [Fact]
    [Requirement("R252", "R256")]
    public async Task A_killed_PostgreSQL_turns_readiness_red_at_once_and_green_again_without_a_restart()
    {
        using var program = CrmProgram.Start(Data);
        await program.ReadyAsync(Cancel);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var slowest = TimeSpan.Zero;
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    var started = TimeProvider.System.GetTimestamp();
                    await program.GetAsync("/health/ready", Cancel);
                    var took = TimeProvider.System.GetElapsedTime(started);
                    slowest = took > slowest ? took : slowest;
                }
            },
            Cancel)).ToList();

        for (var kill = 0; kill < 2; kill++)
        {
            await BecomesAsync(HttpStatusCode.OK);
            CrmProgram.Signal("-KILL", Server);
            await BecomesAsync(HttpStatusCode.ServiceUnavailable);
        }

        await BecomesAsync(HttpStatusCode.OK);
        await enough.CancelAsync();
        await Task.WhenAll(load);
        Assert.InRange(slowest.TotalSeconds, 0, 4); // two seconds, and what a busy machine adds

        async Task BecomesAsync(HttpStatusCode expected)
        {
            for (var waited = Stopwatch.StartNew(); await program.GetAsync("/health/ready", Cancel) != expected; await Task.Delay(5, Cancel))
            {
                Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), $"Readiness never became {expected}.");
            }
        }
    }

    [Fact]
    public async Task An_ordinary_user_runs_it_all_with_a_server_of_his_own()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        parent.UnixFileMode |= UnixFileMode.OtherExecute;
        Directory.CreateDirectory(Data);
        using (var chown = Process.Start("chown", ["nobody:nogroup", Data]))
        {
            await chown.WaitForExitAsync(Cancel);
        }

        using var program = CrmProgram.Start(Data, CrmProgram.FreePort(), asUser: "nobody");
        await program.ReadyAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, await program.GetAsync("/health/ready", Cancel));
        Assert.Contains("\nUid:\t65534\t65534", await File.ReadAllTextAsync($"/proc/{Server}/status", Cancel), StringComparison.Ordinal);
        program.Signal("-TERM");
        Assert.Equal(0, await program.EndedAsync(Cancel));
    }

    [Fact]
    public async Task A_data_folder_of_another_user_is_refused_in_a_sentence()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        parent.UnixFileMode |= UnixFileMode.OtherExecute;
        Directory.CreateDirectory(Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var program = CrmProgram.Start(Data, CrmProgram.FreePort(), asUser: "nobody");
        Assert.Equal(1, await program.EndedAsync(Cancel));
        Assert.DoesNotContain("   at ", program.Said, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R259")]
    public async Task Production_refuses_an_old_schema_and_starts_on_the_one_that_the_command_made()
    {
        var storage = await cluster.NewDatabaseAsync(Cancel);
        await using (var behind = NpgsqlDataSource.Create(cluster.Superuser(storage)))
        await using (var older = behind.CreateCommand("DROP SCHEMA crm CASCADE; DELETE FROM palisade.schema_migrations WHERE set = 'crm'"))
        {
            await older.ExecuteNonQueryAsync(Cancel);
        }

        using var certificate = DevelopmentCertificate.In(parent.FullName, TimeProvider.System.GetUtcNow());
        SecretFile.Create(Path.Combine(parent.FullName, SecretFile.FileName));
        (string, string)[] settings =
        [
            ("PALISADE_ENVIRONMENT", "Production"), ("PUBLIC_URL", "https://crm.example.com"), ("SMTP_HOST", "mail.example.com"), ("SMTP_FROM", "no-reply@example.com"),
            ("SSL_CERT_PATH", Path.Combine(parent.FullName, "dev-cert.pem")), ("SSL_KEY_PATH", Path.Combine(parent.FullName, "dev-cert.key")),
            ("DATABASE_URL", storage.ConnectionString), ("MIGRATION_DATABASE_URL", storage.MigrationConnectionString),
            .. File.ReadLines(Path.Combine(parent.FullName, SecretFile.FileName)).Where(line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#')
                .Select(line => (line[..line.IndexOf('=', StringComparison.Ordinal)], line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..])),
        ];
        using (var refused = CrmProgram.Start(Data, settings))
        {
            Assert.Equal(1, await refused.EndedAsync(Cancel));
            Assert.Contains("The database lacks 1 migrations of this build. Run ./palisade migrate.", refused.Said, StringComparison.Ordinal);
        }

        await new Palisade.Storage.Migrator(
            storage.MigrationConnectionString, [.. PalisadeExtensions.Migrations, .. CrmApp.Migrations],
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Palisade.Storage.Migrator>.Instance).ApplyAsync(Cancel);
        using var program = CrmProgram.Start(Data, settings);
        await program.ReadyAsync(Cancel);
    }
}
