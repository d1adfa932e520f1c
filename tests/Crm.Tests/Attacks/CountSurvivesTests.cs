using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class CountSurvivesTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private const int Rounds = 100;

    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Invariant("A5")]
    public async Task Of_four_hundred_sign_ins_that_broke_after_counting_every_one_is_counted()
    {
        var person = await place.Office.HireAsync("manager");
        using var client = crm.NewClient();

        var kept = 0L;
        await using (await Fault.AtStatementAsync(crm.Behind, "audit.events", "INSERT"))
        {
            kept += await BreakAsync(client, StrangerAsync);
        }

        await using (await Fault.AtStatementAsync(crm.Behind, "mfa.challenges", "INSERT"))
        {
            kept += await BreakAsync(client, (_, _) => person.LoginAsync(client));
        }

        await using (await Fault.AtCommitAsync(crm.Behind, "audit.events", "INSERT"))
        {
            kept += await BreakAsync(client, StrangerAsync);
        }

        await using (await Fault.OfConnectionAsync(crm.Behind, "audit.events", "INSERT"))
        {
            kept += await BreakAsync(client, StrangerAsync);
        }

        Assert.Equal(4 * Rounds, kept);
    }

    [Fact]
    public async Task Broken_attempts_fill_the_lane_and_lock_it_once_their_time_is_over()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        await crm.Behind.ChangeAsync("DELETE FROM accounts.attempt_lanes");
        await using (await Fault.AtStatementAsync(crm.Behind, "audit.events", "INSERT"))
        {
            for (var attempt = 0; attempt < 5; attempt++)
            {
                Assert.Equal(HttpStatusCode.InternalServerError, (await client.LoginAsync(person.Email, "Wrong horse 7 battery!")).Status);
            }
        }

        crm.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("too_many_attempts", (await person.LoginAsync(client)).Code);
        crm.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(client)).Status);
    }

    private static Task<Answer> StrangerAsync(ApiClient client, int number) =>
        client.LoginAsync($"stranger{number}@example.com", "Wrong horse 7 battery!", "native");

    /// <summary>Attempts that all fail half-way, each in a lane that was empty; answers how many of them every lane they belong to remembers.</summary>
    private async Task<long> BreakAsync(ApiClient client, Func<ApiClient, int, Task<Answer>> attempt)
    {
        var remembered = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            await crm.Behind.ChangeAsync("DELETE FROM accounts.attempt_lanes");
            var events = await crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events");

            var answer = await attempt(client, round);

            Assert.InRange((int)answer.Status, 500, 503);
            Assert.Equal(events, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events"));
            remembered += await crm.Behind.ReadAsync<long>(
                "SELECT coalesce(min(failures + cardinality(pending)), 0)::bigint FROM accounts.attempt_lanes");
        }

        return remembered;
    }
}
