using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Sessions.Internal;
using Palisade.Storage;
using Palisade.Tokens;

namespace Palisade.Crm.Tests.Sessions;

/// <summary>Ends of sessions against everything that would keep them alive, on three servers.</summary>
[Collection(typeof(OnThreeServers))]
public sealed class RevocationRaceTests(CrmTrio trio)
{
    private const int Workers = 4;
    private const int Rounds = 250;

    [Fact]
    [Invariant("C3")]
    public async Task Of_a_refresh_that_races_with_the_end_of_its_session_nothing_is_left()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => trio.Office.HireAsync("viewer")));
        var (usable, rotated) = (0, 0);
        await Parallel.ForEachAsync(people, async (person, _) =>
        {
            using var ending = trio.First.NewClient();
            using var changing = trio.First.NewClient();
            using var refreshing = trio.Instances[1].NewClient();
            var password = ApiClient.Password;
            for (var round = 0; round < Rounds; round++)
            {
                var (session, other) = await BeginAsync(person, 2) is [var first, var second] ? (first, second) : default;
                ending.AccessToken = session.AccessToken;
                await ending.GetAsync("/account"); // remembered

                var refresh = refreshing.PostAsync("/auth/refresh", new { refreshToken = session.RefreshToken });
                var end = (round % 10) switch
                {
                    0 => ExpectAsync(ChangePasswordAsync(changing, other, password, password = $"Correct horse {round} battery!")),
                    1 or 4 or 7 => ExpectAsync(ending.PostAsync("/auth/logout", new { })),
                    2 or 5 or 8 => EndAllAsync(person),
                    _ => ExpectAsync(ending.SendAsync(HttpMethod.Delete, $"/account/sessions/{session.Id}")),
                };
                await Task.WhenAll(refresh, end);

                // Whatever the refresh was given, where the session was ended it is worth nothing from now on.
                var answer = await refresh;
                var given = answer.Status == HttpStatusCode.OK;
                Interlocked.Add(ref rotated, given ? 1 : 0);
                string[] access = given ? [session.AccessToken, answer["accessToken"]] : [session.AccessToken];
                string[] tokens = given ? [session.RefreshToken, answer["refreshToken"]] : [session.RefreshToken];
                foreach (var token in access)
                {
                    ending.AccessToken = token;
                    Interlocked.Add(ref usable, (await ending.GetAsync("/account")).Status == HttpStatusCode.OK ? 1 : 0);
                }

                foreach (var token in tokens)
                {
                    Interlocked.Add(ref usable, (await refreshing.PostAsync("/auth/refresh", new { refreshToken = token })).Status == HttpStatusCode.OK ? 1 : 0);
                }
            }
        });

        Assert.Equal(0, usable);
        Assert.InRange(rotated, 1, (Workers * Rounds) - 1); // both orders happened
    }

    [Theory]
    [Invariant("D2")]
    [InlineData("disabled")]
    [InlineData("password")]
    [InlineData("role")]
    public async Task Fifty_sessions_end_on_every_server(string change)
    {
        var person = await trio.Office.HireAsync("agent");
        var sessions = await BeginAsync(person, 50);
        var another = (await BeginAsync(person, 1))[0];
        using var changing = trio.First.NewClient();
        Assert.Equal(150, await CountAsync(sessions, HttpStatusCode.OK)); // remembered everywhere
        await trio.Office.RenewAsync();

        await (change switch
        {
            "disabled" => ExpectAsync(trio.Office.Admin.SendAsync(HttpMethod.Patch, $"/api/admin/users/{person.Id}", new { status = "disabled" })),
            "role" => ExpectAsync(trio.Office.Admin.SendAsync(HttpMethod.Patch, $"/api/admin/users/{person.Id}", new { role = "viewer" })),
            _ => ExpectAsync(ChangePasswordAsync(changing, another, ApiClient.Password, "Another horse 8 battery!")),
        });

        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken); // the bound; D2 asks for 5 s
        Assert.Equal(150, await CountAsync(sessions, HttpStatusCode.Unauthorized));
    }

    [Fact]
    [Asvs("V7.4.1")]
    public async Task After_signing_out_neither_cookie_nor_token_is_taken_anywhere()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var browser = trio.First.NewClient();
        var signedIn = await browser.LoginAsync(person.Email);
        var (session, refresh) = (CookieOf(browser, "session"), CookieOf(browser, "refresh"));
        var (access, csrf) = (("Authorization", $"Bearer {signedIn["accessToken"]}"), ("X-CSRF-Token", signedIn["csrfToken"]));
        async Task<IEnumerable<HttpStatusCode>> AskAsync()
        {
            var statuses = new List<HttpStatusCode>();
            foreach (var instance in trio.Instances)
            {
                using var bare = instance.NewClient();
                statuses.Add((await bare.SendAsync(HttpMethod.Get, "/account", null, session)).Status);
                statuses.Add((await bare.SendAsync(HttpMethod.Get, "/account", null, session, access)).Status);
            }

            return statuses;
        }

        Assert.All(await AskAsync(), status => Assert.Equal(HttpStatusCode.OK, status)); // remembered everywhere
        Assert.Equal(HttpStatusCode.NoContent, (await browser.SendAsync(HttpMethod.Post, "/auth/logout", null, csrf)).Status);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken); // the bound

        Assert.All(await AskAsync(), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        foreach (var instance in trio.Instances)
        {
            using var bare = instance.NewClient();
            Assert.Equal("session_expired", (await bare.SendAsync(HttpMethod.Post, "/auth/refresh", null, refresh, csrf)).Code);
        }
    }

    [Fact]
    [Requirement("R062")]
    public async Task A_session_of_one_server_is_valid_on_another_and_on_one_that_has_just_started()
    {
        var person = await trio.Office.HireAsync("viewer");
        using var browser = trio.First.NewClient();
        await browser.LoginAsync(person.Email);
        var cookie = CookieOf(browser, "session");
        await using var restarted = new CrmInstance(trio.First.Cluster) { Beside = trio.First };
        await restarted.InitializeAsync();

        foreach (var instance in new[] { trio.Instances[1], restarted })
        {
            using var client = instance.NewClient();
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/account", null, cookie)).Status);
        }
    }

    private static (string, string) CookieOf(ApiClient browser, string name) =>
        ("Cookie", $"__Host-{name}={browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == $"__Host-{name}").Value}");

    private static async Task ExpectAsync(Task<Answer> asked)
    {
        var answer = await asked;
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, answer.Text);
    }

    private static Task<Answer> ChangePasswordAsync(ApiClient client, Begun session, string current, string next)
    {
        client.AccessToken = session.AccessToken;
        return client.PostAsync("/auth/password/change", new { currentPassword = current, newPassword = next });
    }

    private async Task EndAllAsync(Person person)
    {
        await using var work = await BeginAsync();
        await trio.First.Services.GetRequiredService<SessionStore>().EndAllAsync(work, person.Id, "test", null, CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
    }

    private async Task<IReadOnlyList<Begun>> BeginAsync(Person person, int count)
    {
        var services = trio.First.Services;
        await using var work = await BeginAsync();
        var user = (await UserStore.FindAsync(work, person.Id, CancellationToken.None))!;
        var begun = new List<Begun>();
        for (var index = 0; index < count; index++)
        {
            var start = new SessionStart(AuthenticationLevel.Password, "password", "native");
            var session = await services.GetRequiredService<SessionStore>().BeginAsync(work, user, start, CancellationToken.None);
            begun.Add(new Begun(session.Id, session.RefreshToken, services.GetRequiredService<AccessTokens>().Issue(user.Id, session.Id, user.SessionVersion)));
        }

        await work.CommitAsync(CancellationToken.None);
        return begun;
    }

    private async Task<int> CountAsync(IReadOnlyList<Begun> sessions, HttpStatusCode status)
    {
        var count = 0;
        foreach (var instance in trio.Instances)
        {
            using var client = instance.NewClient();
            foreach (var session in sessions)
            {
                client.AccessToken = session.AccessToken;
                count += (await client.GetAsync("/account")).Status == status ? 1 : 0;
            }
        }

        return count;
    }

    private ValueTask<UnitOfWork> BeginAsync() =>
        trio.First.Services.GetRequiredService<PalisadeDatabase>().BeginSystemAsync(RequestFacts.OfProcess("test"), CancellationToken.None);

    private sealed record Begun(Guid Id, string RefreshToken, string AccessToken);
}
