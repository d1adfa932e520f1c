using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts.Internal;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Accounts;

public sealed class SweeperTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    public async Task Lanes_of_made_up_addresses_go_after_a_day_and_a_fresh_one_stays()
    {
        using var stranger = crm.NewClient();
        for (var index = 0; index < 3; index++)
        {
            await stranger.LoginAsync($"nobody{index}@example.com", "Wrong password 1!");
        }

        var sweeper = crm.Services.GetRequiredService<Sweeper>();
        Assert.Equal(0, await sweeper.SweepAsync(TestContext.Current.CancellationToken));
        crm.Clock.Advance(TimeSpan.FromDays(2));
        await stranger.LoginAsync("today@example.com", "Wrong password 1!");

        // Of each address, the account's and the pair's; the network's was used again today.
        Assert.Equal(6, await sweeper.SweepAsync(TestContext.Current.CancellationToken));
        await using var left = crm.Behind.CreateCommand("SELECT count(*) FROM accounts.attempt_lanes");
        Assert.Equal(3L, await left.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
