using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Tokens;

/// <summary>The refresh family in every order of events, and the model's word held against PostgreSQL.</summary>
public sealed class RefreshModelTests(CrmTrio trio) : IClassFixture<CrmTrio>
{
    public static TheoryData<string> Faults =>
        [nameof(Rules.LocksTheRow), nameof(Rules.RetryAsksForRevocation), nameof(Rules.OnlyThePredecessor), nameof(Rules.OnlyWithinTheWindow), nameof(Rules.ReuseRevokes)];

    [Fact]
    public void In_every_order_there_is_one_head_reuse_is_found_and_honest_clients_stay()
    {
        var model = new RefreshModel(new Rules());
        model.Explore();

        Assert.Empty(model.Broken);
        Assert.True(model.Reached > 20_000, $"only {model.Reached} worlds");
    }

    [Theory, MemberData(nameof(Faults))]
    public void Each_rule_that_is_left_out_is_missed(string rule)
    {
        var rules = rule switch
        {
            nameof(Rules.LocksTheRow) => new Rules { LocksTheRow = false },
            nameof(Rules.RetryAsksForRevocation) => new Rules { RetryAsksForRevocation = false },
            nameof(Rules.OnlyThePredecessor) => new Rules { OnlyThePredecessor = false },
            nameof(Rules.OnlyWithinTheWindow) => new Rules { OnlyWithinTheWindow = false },
            _ => new Rules { ReuseRevokes = false },
        };
        var model = new RefreshModel(rules);
        model.Explore();

        Assert.NotEmpty(model.Broken);
    }

    [Fact]
    public async Task What_the_model_says_of_a_run_PostgreSQL_does()
    {
        var random = new Random(20260301);
        var person = await trio.Office.HireAsync("viewer");
        var seen = new HashSet<string>();
        for (var run = 0; run < 30; run++)
        {
            using var clock = trio.First.Clock.Hold();
            await RunAsync(person, random, seen);
        }

        Assert.Superset(new HashSet<string> { "Accepted", "Expired", "Reused", "Accepted+Accepted" }, seen);
    }

    private async Task RunAsync(Person person, Random random, HashSet<string> seen)
    {
        using var client = trio.First.NewClient();
        var signedIn = await person.LoginAsync(client);
        var (world, tokens, access) = (new World(), new List<string> { "", signedIn["refreshToken"] }, signedIn["accessToken"]);
        for (var step = 0; step < 8; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    trio.First.Clock.Advance(TimeSpan.FromSeconds(11));
                    world = world with { Fresh = false };
                    continue;
                case 1 when step > 5 && !world.Revoked:
                    client.AccessToken = access;
                    Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Post, "/auth/logout")).Status);
                    client.AccessToken = null;
                    world = world with { Revoked = true, Acknowledged = true };
                    continue;
            }

            // One request, or two at once at two servers; the generations are any that were ever given out.
            Sender[] senders = random.Next(3) == 0 ? [Sender.Phone, Sender.Tablet] : [Sender.Phone];
            var sent = senders.Aggregate(world, (before, sender) =>
                before.With(sender, new Slot(Step.Rotate, random.Next(Math.Max(1, tokens.Count - 3), tokens.Count), (int)sender, 0)));
            var possible = Ends(sent, senders);
            var answers = await Task.WhenAll(senders.Select(async sender =>
            {
                using var caller = trio.Instances[(int)sender].NewClient();
                return await caller.PostAsync("/auth/refresh", new { refreshToken = tokens[sent[sender].Token] });
            }));

            var outcome = string.Join('+', answers.Select(StepOf));
            var ends = possible.Where(end => string.Join('+', senders.Select(sender => end[sender].Step)) == outcome).ToList();
            Assert.True(ends.Count > 0, $"{outcome} is none of {string.Join(", ", possible.Select(end => string.Join('+', senders.Select(sender => end[sender].Step))).Distinct())}");
            seen.Add(outcome);
            foreach (var (answer, sender) in answers.Zip(senders).Where(pair => pair.First.Status == HttpStatusCode.OK))
            {
                var result = ends[0][sender].Result;
                if (result == tokens.Count)
                {
                    tokens.Add(answer["refreshToken"]);
                }

                Assert.Equal(tokens[result], answer["refreshToken"]);
                access = answer["accessToken"];
            }

            world = senders.Aggregate(ends[0], (before, sender) => before.With(sender, default)) with { LockedBy = -1 };
            var session = Guid.ParseExact(SessionOf(access), "D");
            Assert.Equal((world.Head, world.Revoked), await StateAsync(session));
        }
    }

    /// <summary>Where these requests can end, in every order of their steps.</summary>
    private static List<World> Ends(World world, Sender[] senders)
    {
        var model = new RefreshModel(new Rules());
        var (open, seen, ends) = (new Queue<World>([world]), new HashSet<World>(), new List<World>());
        while (open.TryDequeue(out var at))
        {
            var running = senders.Where(sender => at[sender].Step is not (Step.Accepted or Step.Expired or Step.Reused)).ToList();
            if (running.Count == 0)
            {
                ends.Add(at);
                continue;
            }

            foreach (var next in running.Select(sender => model.Advance(at, sender)).OfType<World>().Where(seen.Add))
            {
                open.Enqueue(next);
            }
        }

        return ends;
    }

    private async Task<(int Head, bool Revoked)> StateAsync(Guid session) => (
        await trio.First.Behind.ReadAsync<int>("SELECT family_generation FROM sessions.sessions WHERE id = $1", session),
        await trio.First.Behind.ReadAsync<bool>("SELECT revoked_at IS NOT NULL FROM sessions.sessions WHERE id = $1", session));

    private static Step StepOf(Answer answer) => answer.Status == HttpStatusCode.OK ? Step.Accepted : answer.Code switch
    {
        "token_reused" => Step.Reused,
        "session_expired" => Step.Expired,
        _ => throw new InvalidOperationException(answer.Text),
    };

    private static string SessionOf(string token) => System.Text.Json.JsonDocument.Parse(
        System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.GetProperty("sid").GetString()!;
}
