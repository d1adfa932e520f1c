using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Crm.Tests.Hosting;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Crashes;

public sealed class StaleProcessFileTests(TestCluster neighbour)
{
    [Fact]
    public async Task A_process_id_that_now_is_another_servers_stops_neither_of_the_two()
    {
        var folder = Directory.CreateTempSubdirectory("palisade-stale-").FullName;
        await using (await StartAsync(folder))
        {
        }

        // What a power cut leaves, after the process ids were given out anew.
        var (file, theirs) = (Path.Combine(folder, "postgres", "postmaster.pid"), neighbour.Cluster.ServerProcessId);
        await File.WriteAllTextAsync(
            file,
            string.Create(CultureInfo.InvariantCulture, $"{theirs}\n{Path.GetDirectoryName(file)}\n1\n5432\n"),
            TestContext.Current.CancellationToken);

        await using (var cluster = await StartAsync(folder))
        {
            Assert.NotEqual(theirs, cluster.ServerProcessId);
        }

        Assert.Equal(theirs, neighbour.Cluster.ServerProcessId);
        await using var source = NpgsqlDataSource.Create(neighbour.Cluster.SuperuserConnectionString + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Directory.Delete(folder, recursive: true);
    }

    private static Task<PrivateCluster> StartAsync(string folder) =>
        PrivateCluster.StartAsync(folder, NullLogger.Instance, TestContext.Current.CancellationToken);
}
