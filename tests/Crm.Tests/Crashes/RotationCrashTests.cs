using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Palisade.Crm.Tests.Hosting;
using Palisade.Tokens;

namespace Palisade.Crm.Tests.Crashes;

/// <summary>Clients that rotate their refresh tokens without pause, and some that sign out, while program and database are killed under them again and again.</summary>
public sealed class RotationCrashTests(CrmProcess crm) : IClassFixture<CrmProcess>
{
    private const string Email = "rotating@example.com";
    private const int Families = 84; // a connection carries a hundred requests
    private const int Leaving = 5;
    private const int Cut = 500;

    private readonly Random random = new(20261121);

    [Fact]
    [Invariant("C5")]
    public async Task Of_500_rotations_cut_by_kill_9_none_gets_two_successors_and_no_sign_out_is_forgotten()
    {
        await crm.HireAsync(Email, "viewer");
        using var line = crm.NewClient();
        var families = await BeginAsync(line, Families);
        var (cut, kills, recovered, late, left) = (0, 0, 0, 0, 0);
        while (cut < Cut)
        {
            var leaving = await BeginAsync(line, Leaving);
            var rotating = families.Select(family => family.RotateUntilCutAsync()).ToList();
            await Task.Delay(random.Next(20, 250), TestContext.Current.CancellationToken);
            var leave = leaving.Select(family => family.LeaveAsync()).ToList();
            await Task.WhenAny(leave); // one was told, and the disk has it or nobody does
            await Task.Delay(random.Next(0, 20), TestContext.Current.CancellationToken);
            await crm.KillAsync();
            kills++;
            cut += (await Task.WhenAll(rotating)).Count(wasCut => wasCut);
            await Task.WhenAll(leave);
            await crm.StartAsync();

            foreach (var (successors, waited) in await Task.WhenAll(families.Select(family => family.RecoverAsync())))
            {
                Assert.True(successors <= 1, "two heads");
                Assert.True(successors == 1 || waited > TokenOptions.ReplayWindow - TimeSpan.FromSeconds(1), $"signed out after {waited}");
                (recovered, late) = (recovered + successors, late + 1 - successors);
            }

            foreach (var family in leaving.Where(family => family.HasLeft))
            {
                left++;
                Assert.Equal(0, await family.CountUsableAsync());
            }
        }

        Assert.InRange(left, kills, kills * Leaving);
        Assert.InRange(recovered, 1, kills * Families);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills cut {cut} rotations; {recovered} tokens went on, {late} came too late; {left} sign-outs were acknowledged");
    }

    private static async Task<List<Family>> BeginAsync(ApiClient line, int count)
    {
        var families = new List<Family>();
        for (var index = 0; index < count; index++)
        {
            var family = new Family(line);
            await family.SignInAsync();
            families.Add(family);
        }

        return families;
    }

    /// <summary>One native client, which knows what it was told and nothing else. All of them share a connection, so that each has a request under way when it is cut.</summary>
    private sealed class Family(ApiClient line)
    {
        private string refresh = "", access = "";
        private long toldAt;

        /// <summary>Whether its sign-out was acknowledged.</summary>
        public bool HasLeft { get; private set; }

        public async Task SignInAsync()
        {
            Keep(await SendAsync(HttpMethod.Post, "/auth/login", new { email = Email, password = ApiClient.Password, client = "native" }));
        }

        /// <summary>Whether the last request had been sent and was never answered.</summary>
        public async Task<bool> RotateUntilCutAsync()
        {
            try
            {
                while (true)
                {
                    Keep(await RefreshAsync(refresh));
                }
            }
            catch (HttpRequestException exception)
            {
                return exception.HttpRequestError != HttpRequestError.ConnectionError;
            }
        }

        public async Task LeaveAsync()
        {
            try
            {
                HasLeft = (await SendAsync(HttpMethod.Post, "/auth/logout", new { }, ("Authorization", $"Bearer {access}"))).Status == HttpStatusCode.NoContent;
            }
            catch (HttpRequestException)
            {
                // Nobody was told that it is done.
            }
        }

        /// <summary>The client's retry, impatiently twice at once: how many successors it is told of, and how long after it last heard of one.</summary>
        public async Task<(int Successors, TimeSpan Waited)> RecoverAsync()
        {
            var answers = await Task.WhenAll(RefreshAsync(refresh), RefreshAsync(refresh));
            var waited = Stopwatch.GetElapsedTime(toldAt);
            var told = answers.Where(answer => answer.Status == HttpStatusCode.OK).ToList();
            if (told.Count == 0)
            {
                await SignInAsync();
                return (0, waited);
            }

            Keep(told[^1]);
            Assert.Equal(1, await CountUsableAsync(refreshToo: false));
            return (told.Select(answer => answer["refreshToken"]).Distinct().Count(), waited);
        }

        /// <summary>How many of its tokens are taken.</summary>
        public async Task<int> CountUsableAsync(bool refreshToo = true)
        {
            var account = await SendAsync(HttpMethod.Get, "/account", null, ("Authorization", $"Bearer {access}"));
            return (account.Status == HttpStatusCode.OK ? 1 : 0) + (refreshToo && (await RefreshAsync(refresh)).Status == HttpStatusCode.OK ? 1 : 0);
        }

        private Task<Answer> RefreshAsync(string token) => SendAsync(HttpMethod.Post, "/auth/refresh", new { refreshToken = token });

        private async Task<Answer> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
        {
            Answer answer;
            while ((answer = await line.SendAsync(method, path, body is null ? null : JsonContent.Create(body), headers)).Status == HttpStatusCode.ServiceUnavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200)); // more at once than it can take: told to come back
            }

            return answer;
        }

        private void Keep(Answer answer) => (refresh, access, toldAt) = (answer["refreshToken"], answer["accessToken"], Stopwatch.GetTimestamp());
    }
}
