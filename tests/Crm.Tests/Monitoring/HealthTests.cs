using System.Diagnostics;
using System.Net;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Monitoring;

public sealed class HealthTests(Acme acme) : IClassFixture<Acme>
{
    [Fact, Requirement("R252")]
    public async Task Without_its_database_the_instance_lives_is_not_ready_and_refuses_within_two_seconds()
    {
        await using var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await using var crm = new CrmInstance(cluster);
        await crm.InitializeAsync();
        using var ada = crm.NewClient();
        await ada.SetUpAsync();
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/health/ready")).Status);

        using (var server = Process.GetProcessById(cluster.Cluster.ServerProcessId))
        {
            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var monitor = crm.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await monitor.GetAsync("/health/live")).Status);
        foreach (var (client, path) in new[] { (monitor, "/health/ready"), (ada, "/api/estates"), (ada, "/account") })
        {
            var started = TimeProvider.System.GetTimestamp();
            var answer = await client.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.ServiceUnavailable, "unavailable"), (path, answer.Status, answer.Code));
            Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 2.5);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        var login = await ada.LoginAsync("ada@example.com");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (login.Status, login.Code));
    }

    [Fact, Requirement("R252")]
    public async Task The_pool_is_named_and_never_larger_than_ten()
    {
        var most = 0L;
        using var watching = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (!watching.IsCancellationRequested)
            {
                most = Math.Max(most, await acme.Crm.Behind.ValueAsync<long>(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'palisade' AND backend_type = 'client backend'"));
            }
        }, TestContext.Current.CancellationToken);

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => acme.Ada.GetAsync("/api/admin/users")));

        await watching.CancelAsync();
        await watch;
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.InRange(most, 2, 10);
        Assert.Equal(
            [["palisade_app"]],
            await acme.Crm.Behind.RowsAsync("SELECT DISTINCT usename::text FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'palisade'"));
    }
}
