using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts.Internal;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Accounts;

public sealed class SweeperTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    public async Task A_flood_of_made_up_names_leaves_neither_memory_nor_rows_behind()
    {
        var lines = new LocalLines(places: 5, longest: 64);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var name = 0; name < 1_000_000; name++)
        {
            (await lines.EnterAsync($"made up {name}", TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))!();
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
        GC.KeepAlive(lines);

        const int rows = 100_000;
        await crm.Behind.ChangeAsync(
            $"INSERT INTO accounts.attempt_lanes (lane, failures, window_ends_at) SELECT sha256(n::text::bytea), 1, $1 FROM generate_series(1, {rows}) AS n",
            crm.Clock.GetUtcNow() - TimeSpan.FromDays(2));
        var (sweeper, swept) = (crm.Services.GetRequiredService<Sweeper>(), 0);
        while (await sweeper.RunAsync(TestContext.Current.CancellationToken) is > 0 and var gone)
        {
            Assert.InRange(gone, 1, 10_000); // many short transactions
            swept += gone;
        }

        Assert.InRange(swept, rows, rows + 100); // and what the other tests left
    }

    [Fact]
    public async Task Lanes_of_made_up_addresses_go_after_a_day_and_a_fresh_one_stays()
    {
        using var stranger = crm.NewClient();
        for (var index = 0; index < 3; index++)
        {
            await stranger.LoginAsync($"nobody{index}@example.com", "Wrong password 1!");
        }

        var sweeper = crm.Services.GetRequiredService<Sweeper>();
        Assert.Equal(0, await sweeper.RunAsync(TestContext.Current.CancellationToken));
        crm.Clock.Advance(TimeSpan.FromDays(2));
        await stranger.LoginAsync("today@example.com", "Wrong password 1!");

        // Of each address, the account's and the pair's; the network's was used again today.
        Assert.Equal(6, await sweeper.RunAsync(TestContext.Current.CancellationToken));
        await using var left = crm.Behind.CreateCommand("SELECT count(*) FROM accounts.attempt_lanes");
        Assert.Equal(3L, await left.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Ceremonies_and_codes_that_nobody_answered_go_after_a_day()
    {
        using var ada = crm.NewClient();
        await ada.SetUpAsync();
        await ada.PostAsync("/auth/passkeys/options", new { purpose = "sign_in" });
        await ada.PostAsync("/auth/mfa/sms/enroll", new { phone = "+254712345601" });
        const string left = "SELECT (SELECT count(*) FROM mfa.passkey_ceremonies) * 10 + (SELECT count(*) FROM mfa.sms_codes)";
        var sweeper = crm.Services.GetRequiredService<Sweeper>();
        await sweeper.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(11, await crm.Behind.ReadAsync<long>(left));

        crm.Clock.Advance(TimeSpan.FromDays(2));
        await sweeper.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await crm.Behind.ReadAsync<long>(left));
    }
}
