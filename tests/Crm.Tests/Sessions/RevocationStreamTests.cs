using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Sessions;
using Palisade.Sessions.Internal;

namespace Palisade.Crm.Tests.Sessions;

[Collection(typeof(OnThreeServers))]
public sealed class RevocationStreamTests(CrmTrio trio)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_commits_late_is_heard_of_though_later_ids_were_seen_before()
    {
        var (late, early) = (await SignedInAsync(), await SignedInAsync());
        await using var open = await trio.First.Behind.OpenConnectionAsync(None);
        await using var transaction = await open.BeginTransactionAsync(None);
        await EndAsync(open, late.Person);
        Assert.Equal(1, await trio.First.Behind.ChangeAsync("UPDATE accounts.users SET session_version = session_version + 1 WHERE id = $1", early.Person.Id));
        foreach (var instance in trio.Instances)
        {
            await instance.FollowAsync(); // sees the higher id, and not the lower one
            Assert.Equal("token_revoked", (await early.AtAsync(instance)).Code);
            Assert.Equal(HttpStatusCode.OK, (await late.AtAsync(instance)).Status);
        }

        await transaction.CommitAsync(None);

        foreach (var instance in trio.Instances)
        {
            await instance.FollowAsync();
            Assert.Equal("token_revoked", (await late.AtAsync(instance)).Code);
        }
    }

    [Fact]
    public async Task A_revocation_counts_on_every_server_within_a_second()
    {
        var worst = TimeSpan.Zero;
        for (var round = 0; round < 8; round++)
        {
            var someone = await SignedInAsync();
            using var client = trio.First.NewClient();
            client.AccessToken = someone.AccessToken;
            Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/logout", new { })).Status);
            var acknowledged = Stopwatch.StartNew();
            Assert.Equal("token_revoked", (await someone.AtAsync(trio.First)).Code); // here, at once
            foreach (var instance in trio.Instances)
            {
                for (var asked = acknowledged.Elapsed; (await someone.AtAsync(instance)).Status == HttpStatusCode.OK; asked = acknowledged.Elapsed)
                {
                    Assert.InRange(asked, TimeSpan.Zero, TimeSpan.FromSeconds(1)); // taken, so asked in time
                    worst = asked > worst ? asked : worst;
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"last taken of 8 on three servers: {worst.TotalMilliseconds:0} ms after the acknowledgement");
    }

    [Fact]
    public async Task A_server_that_cannot_follow_asks_the_record()
    {
        var someone = await SignedInAsync();
        var instance = trio.Instances[1];
        Assert.Equal(HttpStatusCode.OK, (await someone.AtAsync(instance)).Status);
        var stream = instance.Services.GetRequiredService<RevocationStream>();
        await using (var open = await trio.First.Behind.OpenConnectionAsync(None))
        {
            await using var transaction = await open.BeginTransactionAsync(None);
            await EndAsync(open, someone.Person);
            await using (var command = new Npgsql.NpgsqlCommand("ALTER TABLE sessions.changes RENAME TO changes_away", open, transaction))
            {
                await command.ExecuteNonQueryAsync(None);
            }

            await transaction.CommitAsync(None);
        }

        try
        {
            while (stream.IsFresh)
            {
                await Task.Delay(20, None);
            }

            Assert.Equal("token_revoked", (await someone.AtAsync(instance)).Code);
            Assert.Equal((200, true), await AskMiddlewareAsync(instance, someone, WhenStale.Ask)); // its verdict is for the endpoint
            Assert.Equal((503, false), await AskMiddlewareAsync(instance, someone, WhenStale.Refuse));
            Assert.Contains("palisade_revocation_lag_seconds ", (await instance.NewClient().GetAsync("/metrics")).Text, StringComparison.Ordinal);
        }
        finally
        {
            await trio.First.Behind.ChangeAsync("ALTER TABLE sessions.changes_away RENAME TO changes");
        }

        await instance.FollowAsync();
        Assert.True(stream.IsFresh);
        Assert.Equal((200, true), await AskMiddlewareAsync(instance, someone, WhenStale.Refuse));
        Assert.Equal("token_revoked", (await someone.AtAsync(instance)).Code);
    }

    /// <summary>An endpoint with this choice, as nothing in the product has it; by token and by cookie.</summary>
    private static async Task<(int Status, bool Reached)> AskMiddlewareAsync(CrmInstance instance, SignedInPerson someone, WhenStale choice)
    {
        var answers = new List<(int, bool)>();
        foreach (var (name, value) in new[] { ("Authorization", $"Bearer {someone.AccessToken}"), ("Cookie", $"{SessionCookies.Session}=unknown") })
        {
            var reached = false;
            var middleware = ActivatorUtilities.CreateInstance<CallerMiddleware>(instance.Services, (RequestDelegate)(_ =>
            {
                reached = true;
                return Task.CompletedTask;
            }));
            var context = new DefaultHttpContext { RequestServices = instance.Services };
            context.Response.Body = Stream.Null;
            context.Request.Headers[name] = value;
            context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new WhenStaleAttribute(choice)), "test"));
            await middleware.InvokeAsync(context);
            answers.Add((context.Response.StatusCode, reached));
        }

        return Assert.Single(answers.Distinct());
    }

    private static async Task EndAsync(Npgsql.NpgsqlConnection connection, Person person)
    {
        await using var command = new Npgsql.NpgsqlCommand("UPDATE accounts.users SET session_version = session_version + 1 WHERE id = $1", connection) { Parameters = { new() { Value = person.Id } } };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<SignedInPerson> SignedInAsync()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var client = trio.First.NewClient();
        var someone = new SignedInPerson(person, (await person.LoginAsync(client))["accessToken"]);
        foreach (var instance in trio.Instances)
        {
            await instance.FollowAsync();
            Assert.Equal(HttpStatusCode.OK, (await someone.AtAsync(instance)).Status); // now it is in that server's memory
        }

        return someone;
    }

    private sealed record SignedInPerson(Person Person, string AccessToken)
    {
        public async Task<Answer> AtAsync(CrmInstance instance)
        {
            using var client = instance.NewClient();
            client.AccessToken = AccessToken;
            return await client.GetAsync("/account");
        }
    }
}
