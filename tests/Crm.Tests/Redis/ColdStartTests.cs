using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Configuration;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Redis;

public sealed class ColdStartTests
{
    private const int Servers = 10;
    private const int Requests = 10_000;

    [Fact]
    [Invariant("D8")]
    public async Task Ten_servers_that_start_at_once_on_an_empty_database_and_one_after_an_emptied_redis_have_one_key_ring()
    {
        // A server of its own: eleven programs would leave its neighbours no connections.
        await using var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await using var redis = await TestRedis.StartAsync();
        var (storage, settings) = (await cluster.NewDatabaseAsync(TestContext.Current.CancellationToken, isEmpty: true), new Dictionary<string, string> { ["REDIS_URL"] = redis.Address });
        await using var place = new CrmInstance(cluster) { On = storage };
        SecretFile.CreateIfMissing(Path.Combine(place.Folder, SecretFile.FileName));
        CrmInstance New() => new(cluster)
        {
            Beside = place,
            On = storage,
            Settings = settings,
            Configure = builder => builder.Services.AddSingleton(
                new StorageOptions { ConnectionString = storage.ConnectionString, MigrationConnectionString = storage.MigrationConnectionString, PoolMax = 2 }),
        };
        var servers = Enumerable.Range(0, Servers).Select(_ => New()).ToList();
        try
        {
            await Task.WhenAll(servers.Select(server => server.InitializeAsync().AsTask()));
            await redis.AskAsync("FLUSHALL");
            servers.Add(New());
            await servers[^1].InitializeAsync();

            Assert.Equal(1L, await servers[0].Behind.ReadAsync<long>("SELECT max(count) FROM (SELECT count(*) FROM encryption.keys GROUP BY purpose) AS rings"));
            Assert.Single((await Task.WhenAll(servers.Select(KeysAsync))).Distinct());
            using var office = await Office.OpenAsync(servers[^1]); // the last one that started has the link
            using var browser = servers[0].NewClient();
            await browser.LoginAsync((await office.HireAsync("viewer")).Email);
            var cookie = ("Cookie", $"__Host-session={browser.Cookies.GetAllCookies().Single(one => one.Name == "__Host-session").Value}");
            var failures = 0;
            await Parallel.ForAsync(0, servers.Count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (server, _) =>
            {
                using var client = servers[server].NewClient();
                for (var request = server; request < Requests; request += servers.Count)
                {
                    Interlocked.Add(ref failures, (await client.SendAsync(HttpMethod.Get, "/account", null, cookie)).Status == HttpStatusCode.OK ? 0 : 1);
                }
            });
            Assert.Equal(0, failures);
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<string> KeysAsync(CrmInstance server)
    {
        using var client = server.NewClient();
        return (await client.GetAsync("/.well-known/jwks.json")).Text;
    }
}
