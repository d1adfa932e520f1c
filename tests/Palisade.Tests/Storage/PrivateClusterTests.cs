using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Storage;

namespace Palisade.Tests.Storage;

public sealed class PrivateClusterTests : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("palisade-cluster-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Only its owner may enter it: the server's user, when that is another, cannot pass.
    private string Data => Path.Combine(parent.FullName, "data");

    public void Dispose() => parent.Delete(recursive: true);

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_start_and_others_can_enter_nothing()
    {
        var first = await ThrowawayCluster.StartAsync(Data);
        await first.SuperuserAsync("palisade", "CREATE TABLE kept (); CREATE ROLE somebody");
        var server = first.Cluster.ServerProcessId;
        await first.StopAsync();
        Assert.False(IsRunning(server));
        Assert.False(File.Exists(Path.Combine(Data, "postgres", "postmaster.pid")));

        await using var second = await ThrowawayCluster.StartAsync(Data);
        await second.SuperuserAsync("palisade", "SELECT 'kept'::regclass");
        foreach (var folder in (string[])["postgres", "postgres.socket"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Data, folder)));
        }

        Assert.Equal(["postgres", "postgres.socket"], Directory.GetFileSystemEntries(Data).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Only_a_role_of_the_list_gets_in_and_there_is_no_TCP()
    {
        await using var cluster = await ThrowawayCluster.StartAsync(Data);
        await cluster.SuperuserAsync("postgres", "CREATE ROLE stranger LOGIN SUPERUSER");
        await using var stranger = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(cluster.Cluster.AppConnectionString) { Username = "stranger", Pooling = false }.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => stranger.OpenAsync(Cancel));
        Assert.Equal(PostgresErrorCodes.InvalidAuthorizationSpecification, refused.SqlState);

        await using var connection = new NpgsqlConnection(cluster.Superuser("postgres").ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var listening = new NpgsqlCommand("SHOW listen_addresses", connection);
        Assert.Equal("", await listening.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task A_folder_that_is_deep_and_has_odd_letters_serves_as_well()
    {
        var odd = Path.Combine(parent.FullName, "a b, c; d=e:f 'g' ü", new string('x', 120), "data");
        await using var cluster = await ThrowawayCluster.StartAsync(odd);
        await cluster.SuperuserAsync("palisade", "SELECT 1");
        Assert.True(Path.GetFullPath(odd).Length > 107);
        Assert.True(File.Exists(Path.Combine(odd, "postgres.socket", ".s.PGSQL.5432")));
    }

    [Fact]
    public async Task A_first_start_that_was_killed_half_way_is_begun_again()
    {
        Directory.CreateDirectory(Path.Combine(Data, "postgres.unfinished", "base"));
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres.unfinished", "PG_VERSION"), "15", Cancel);
        await using var cluster = await ThrowawayCluster.StartAsync(Data);
        await cluster.SuperuserAsync("palisade", "SELECT 1");
        Assert.False(Directory.Exists(Path.Combine(Data, "postgres.unfinished")));
    }

    [Fact]
    public async Task A_folder_of_somebodys_that_only_has_the_name_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(Data, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres", "thesis.txt"), "mine", Cancel);
        var refused = await Assert.ThrowsAsync<ClusterException>(() => PrivateCluster.StartAsync(Data, NullLogger.Instance, Cancel));
        Assert.Contains("neither empty nor a PostgreSQL cluster", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Data, "postgres", "thesis.txt")));
    }

    [Fact]
    public async Task A_server_that_was_killed_is_started_again_with_everything_that_was_committed()
    {
        var told = new ToldEvents();
        await using var cluster = await ThrowawayCluster.StartAsync(Data, told);
        await cluster.SuperuserAsync("palisade", "CREATE TABLE kept ()");
        var first = cluster.Cluster.ServerProcessId;
        await KillAsync(first);
        await EventuallyAsync(() => cluster.SuperuserAsync("palisade", "SELECT 'kept'::regclass"));
        Assert.NotEqual(first, cluster.Cluster.ServerProcessId);
        Assert.Contains("PostgreSQL ended with 137; starting it again", told.Lines);
    }

    [Fact]
    public async Task A_start_replaces_a_server_that_lost_everybody_who_could_stop_it()
    {
        var left = await ThrowawayCluster.StartAsync(Data);
        var server = left.Cluster.ServerProcessId;
        var supervisor = int.Parse((await File.ReadAllTextAsync($"/proc/{server}/stat", Cancel)).Split(' ')[3], CultureInfo.InvariantCulture);
        foreach (var process in Children(supervisor).Where(child => child != server).Append(supervisor))
        {
            await KillAsync(process);
        }

        // The first cluster's own restart, and this start, both meet the orphan and end it; whoever comes last serves.
        await left.StopAsync();
        await using var next = await ThrowawayCluster.StartAsync(Data);
        Assert.NotEqual(server, next.Cluster.ServerProcessId);
        Assert.False(IsRunning(server));
        await next.SuperuserAsync("palisade", "SELECT 1");
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_stranger_harms_nobody()
    {
        var first = await ThrowawayCluster.StartAsync(Data);
        var pidFile = Path.Combine(Data, "postgres", "postmaster.pid");
        var text = await File.ReadAllLinesAsync(pidFile, Cancel);
        await first.StopAsync();
        using var stranger = Process.Start("sleep", "60");
        try
        {
            text[0] = stranger.Id.ToString(CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(pidFile, text, Cancel);
            await using var second = await ThrowawayCluster.StartAsync(Data);
            await second.SuperuserAsync("palisade", "SELECT 1");
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task The_folder_of_another_PostgreSQL_version_names_the_package_it_needs()
    {
        Directory.CreateDirectory(Path.Combine(Data, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres", "PG_VERSION"), "14\n", Cancel);
        var refused = await Assert.ThrowsAsync<ClusterException>(() => PrivateCluster.StartAsync(Data, NullLogger.Instance, Cancel));
        Assert.Contains("Install postgresql-14, or start with another --data.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_cannot_start_says_where_to_read_why()
    {
        var cluster = await ThrowawayCluster.StartAsync(Data);
        await cluster.StopAsync();
        File.Delete(Path.Combine(Data, "postgres", "global", "pg_control"));
        var refused = await Assert.ThrowsAsync<ClusterException>(() => PrivateCluster.StartAsync(Data, NullLogger.Instance, Cancel));
        Assert.Contains(Path.Combine(Data, "postgres", "start.log"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R261")]
    public async Task The_log_has_connections_and_schema_changes_and_no_values()
    {
        await using var cluster = await ThrowawayCluster.StartAsync(Data);
        await using var connection = new NpgsqlConnection(cluster.Superuser("palisade").ConnectionString);
        await connection.OpenAsync(Cancel);
        var refused = 0;
        foreach (var sql in (string[])["CREATE TABLE people (email text PRIMARY KEY)", "INSERT INTO people VALUES ($1)", "INSERT INTO people VALUES ($1)", "SELECT $1::integer"])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            if (sql.Contains('$', StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = "ada@example.com" });
            }

            try
            {
                await command.ExecuteNonQueryAsync(Cancel);
            }
            catch (PostgresException)
            {
                refused++; // a duplicate and a word that is no number: the server would quote both, if we let it
            }
        }

        Assert.Equal(2, refused);
        await cluster.StopAsync();
        var log = string.Concat(Directory.GetFiles(Path.Combine(Data, "postgres", "log")).Select(File.ReadAllText));
        Assert.Contains("connection authorized: user=postgres database=palisade", log, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE people", log, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@example.com", log, StringComparison.Ordinal);
    }

    // A process whose parent is gone may stay listed, dead, until somebody asks how it ended.
    private static bool IsRunning(int process) =>
        Directory.Exists($"/proc/{process}") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static IEnumerable<int> Children(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture));

    private static async Task KillAsync(int process)
    {
        using var kill = Process.Start("kill", ["-9", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancel);
    }

    private static async Task EventuallyAsync(Func<Task> act)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50, Cancel))
        {
            try
            {
                await act();
                return;
            }
            catch (NpgsqlException) when (waited.Elapsed < TimeSpan.FromSeconds(15))
            {
            }
        }
    }
}
