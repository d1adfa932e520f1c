using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>A role that is taken away while its holder works, and a mailbox that somebody wants to flood.</summary>
public sealed class FloodAndDropTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly CrmInstance crm = new(cluster) { Configure = builder => builder.Services.AddSingleton(new AccountOptions { MaxFailures = 1_000_000 }) };
    private Office office = null!;

    public async ValueTask InitializeAsync()
    {
        await crm.InitializeAsync();
        office = await Office.OpenAsync(crm);
    }

    public ValueTask DisposeAsync()
    {
        office.Dispose();
        return crm.DisposeAsync();
    }

    [Fact]
    [Invariant("H11")]
    public async Task A_dropped_role_starts_nothing_after_five_seconds_and_a_mailbox_gets_three_links_an_hour()
    {
        await DropAsync(await office.HireAsync("admin"));
        await FloodAsync(await office.HireAsync("viewer"));
    }

    /// <summary>Two hundred requests in flight all the time, while the role that allows them goes.</summary>
    private async Task DropAsync(Person person)
    {
        using var client = crm.NewClient();
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email, "native");
        var clock = Stopwatch.StartNew();
        TimeSpan? acknowledged = null;
        var (authorised, late) = (0, 0);
        using var lanes = new SemaphoreSlim(200);
        var asked = new List<Task>();
        var dropped = (Task?)null;
        while (acknowledged is null || clock.Elapsed < acknowledged + TimeSpan.FromSeconds(6))
        {
            await lanes.WaitAsync();
            if (authorised > 100)
            {
                dropped ??= DropRoleAsync();
            }

            asked.Add(AskAsync());
        }

        await Task.WhenAll([.. asked, dropped!]);
        Assert.True(authorised > 100, $"{authorised} of {asked.Count} requests were authorised before");
        Assert.Equal(0, late);

        async Task AskAsync()
        {
            try
            {
                var started = clock.Elapsed;
                var allowed = (await client.GetAsync("/api/admin/users")).Status == HttpStatusCode.OK;
                if (allowed)
                {
                    Interlocked.Increment(ref authorised);
                    Interlocked.Add(ref late, started > acknowledged + TimeSpan.FromSeconds(5) ? 1 : 0);
                }
            }
            finally
            {
                lanes.Release();
            }
        }

        async Task DropRoleAsync()
        {
            var answer = await office.Admin.SendAsync(HttpMethod.Patch, $"/api/admin/users/{person.Id:D}", new { role = "viewer" });
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            acknowledged = clock.Elapsed;
        }
    }

    private async Task FloodAsync(Person person)
    {
        using var volley = await Volley.OpenAsync(50, crm);
        for (var round = 0; round < 20; round++)
        {
            var answers = await volley.FireAsync((client, _) => client.PostAsync("/auth/password/forgot", new { email = person.Email }));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        }

        Assert.Equal(3, (await new MailBox(crm).ToAsync(person.Email, "password_reset")).Count);
        Assert.Equal(1000, await crm.Behind.EventsAsync("PASSWORD_RESET_REQUESTED", person.Id));
    }
}
