using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;

namespace Palisade.Crm.Tests.Crashes;

/// <summary>People who sign in again and again, whatever happens to the program, until so many sign-ins were acknowledged.</summary>
internal sealed class SignInStream(CrmProcess crm, IReadOnlyList<string> emails) : IDisposable
{
    private readonly CancellationTokenSource given = new(TimeSpan.FromSeconds(90));
    private readonly ConcurrentQueue<string> acknowledged = new();
    private readonly ConcurrentQueue<HttpStatusCode> refused = new();

    /// <summary>The access tokens of the sign-ins that were answered 200.</summary>
    internal IReadOnlyCollection<string> Acknowledged => acknowledged;

    /// <summary>The statuses of those that were answered otherwise.</summary>
    internal IReadOnlyCollection<HttpStatusCode> Refused => refused;

    /// <summary>Two clients a person, so that what a crash leaves pending never fills a lane.</summary>
    internal Task RunAsync(int wanted) => Task.WhenAll(emails.Concat(emails).Select(async email =>
    {
        using var client = crm.NewClient();
        while (acknowledged.Count < wanted && !given.IsCancellationRequested)
        {
            try
            {
                var answer = await client.LoginAsync(email, client: "native");
                if (answer.Status == HttpStatusCode.OK)
                {
                    acknowledged.Enqueue(answer["accessToken"]);
                    continue;
                }

                refused.Enqueue(answer.Status);
            }
            catch (HttpRequestException)
            {
                // The program is dead at the moment: nobody was told anything.
            }

            await Task.Delay(50);
        }
    }));

    /// <summary>Waits until so many were acknowledged.</summary>
    internal async Task ReachAsync(int count)
    {
        while (acknowledged.Count < count && !given.IsCancellationRequested)
        {
            await Task.Delay(5);
        }
    }

    public void Dispose() => given.Dispose();

    /// <summary>Every acknowledged sign-in has its session, its event and a working token; no session is without its event.</summary>
    internal async Task AssertNothingIsLostAsync()
    {
        using var client = crm.NewClient();
        foreach (var token in acknowledged)
        {
            var session = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.GetProperty("sid").GetGuid();
            var reference = Convert.ToHexStringLower(SHA256.HashData(session.ToByteArray()))[..16];
            Assert.Equal(1, await crm.Behind.ReadAsync<long>(
                """
                SELECT count(*) FROM sessions.sessions session JOIN audit.events event ON event.actor_id = session.user_id
                WHERE session.id = $1 AND event.type = 'LOGIN_SUCCESS' AND event.session_ref = $2
                """,
                session,
                reference));
            client.AccessToken = token;
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
        }

        Assert.Equal(
            await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions"),
            await crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events WHERE type = 'LOGIN_SUCCESS'"));
    }
}
