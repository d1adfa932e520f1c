using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Passwords;
using Palisade.Passwords.Internal;

namespace Palisade.Crm.Tests.Passwords;

/// <summary>Every way to set a password, over HTTP: what one refuses, all refuse, and the account is as it was.</summary>
public sealed class PasswordPathsTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Email = "vera.vine@example.com";

    private const string Good = "Nine 9 copper whales, 🗝 and é!";

    // SHA-1 of "Breached but 7 unlike others!", whose suffix the service below lists.
    private const string Breached = "Breached but 7 unlike others!";

    private readonly RangeServer range = RangeServer.Of("121DB2E177906754C92F4D70040854A948E:7");
    private CrmInstance? crm;
    private ApiClient admin = null!;

    private CrmInstance Crm => crm!;

    public async ValueTask InitializeAsync()
    {
        crm = new CrmInstance(cluster)
        {
            Configure = builder => builder.Services
                .AddSingleton(new PasswordOptions { BreachedPasswords = range.Address })
                .AddSingleton(new AccountOptions { MaxFailures = 1000 }),
        };
        await crm.InitializeAsync();
        admin = crm.NewClient();
    }

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        range.Dispose();
        return Crm.DisposeAsync();
    }

    [Fact]
    public async Task All_of_them_refuse_what_one_refuses()
    {
        (string Password, string Code)[] bad =
        [
            ("vK8#qz Tm2!", "too_short"),
            ("vkqztmwrbx8#", "needs_upper_case"),
            ("Password123456!", "too_common"),
            ("Palisade-Palisade-1", "too_personal"),
            ("Aa1!aaaaaaaa", "too_guessable"),
            (Breached, "breached"),
            (new string('x', 129), "too_long"),
        ];
        foreach (var (name, set) in await PathsAsync())
        {
            foreach (var (password, code) in bad)
            {
                var answer = await set(password);
                Assert.True(answer is { Status: HttpStatusCode.BadRequest, Code: "validation_failed" } && Codes(answer).Contains(code), $"{name} {code}: {answer.Text}");
            }

            var good = await set(Good);
            Assert.True(good.Status is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent, $"{name}: {good.Text}");
        }

        Assert.All(range.Asked, asked => Assert.Matches(@"\A/range/[0-9A-F]{5}\z", asked.Path));
    }

    [Fact]
    [Asvs("V6.2.9")]
    [Requirement("R020")]
    public async Task What_is_long_or_unusual_is_set_and_used_unchanged()
    {
        string[] good =
        [
            "Aa1#bbbbbbbb",
            "Pass word 12 é!",
            " Sixty-four characters, of all the classes there are: aB3$ Ä Ö ß ",
            string.Concat(Enumerable.Repeat("🗝", 100)) + "Unguessable 8 octopuses now!",
        ];
        await admin.SetUpAsync();
        for (var index = 0; index < good.Length; index++)
        {
            var email = $"person{index}@example.com";
            var invited = await admin.PostAsync("/api/admin/users", new { email, name = "Invited Person", role = "viewer" });
            using var person = Crm.NewClient();
            var accepted = await person.PostAsync("/auth/accept-invitation", new { token = invited["invitation"], password = good[index] });
            Assert.True(accepted.Status == HttpStatusCode.NoContent, accepted.Text);
            Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(email, good[index], "native")).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await person.LoginAsync(email, good[index].ToUpperInvariant(), "native")).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await person.LoginAsync(email, good[index][..^1], "native")).Status);
        }

        using var before = new HashCount(Crm);
        using var client = Crm.NewClient();
        var huge = await client.LoginAsync("person0@example.com", new string('é', 1024 * 1024), "native");
        Assert.True(huge.Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(0, before.Computed);
    }

    private async Task<IReadOnlyList<(string Name, Func<string, Task<Answer>> Set)>> PathsAsync()
    {
        var anyone = Crm.NewClient();
        var setUp = new Func<string, Task<Answer>>(async password =>
        {
            var answer = await anyone.PostAsync("/setup", new { token = Crm.SetupToken, email = "ada@example.com", password, name = "Ada Admin", company = "Acme Estates" });
            if (answer.Status == HttpStatusCode.OK)
            {
                admin.AccessToken = (await admin.EnrollAsync(answer["challenge"]))["accessToken"];
            }

            return answer;
        });
        string? invitation = null, reset = null, access = null;
        return
        [
            ("setup", setUp),
            ("register", password => anyone.PostAsync("/auth/register", new { email = "rita@example.com", password, name = "Rita Register", company = "Rita's" })),
            ("accept-invitation", async password =>
            {
                invitation ??= (await admin.PostAsync("/api/admin/users", new { email = Email, name = "Vera Vine", role = "viewer" }))["invitation"];
                return await anyone.PostAsync("/auth/accept-invitation", new { token = invitation, password });
            }),
            ("change", async newPassword =>
            {
                anyone.AccessToken = access ??= (await anyone.LoginAsync(Email, Good, "native"))["accessToken"];
                var answer = await anyone.PostAsync(
                    "/auth/password/change",
                    new { currentPassword = Good, newPassword = newPassword == Good ? "Ten 10 copper whales, 🗝 and é!" : newPassword });
                anyone.AccessToken = null;
                return answer;
            }),
            ("reset", async password =>
            {
                reset ??= await Crm.MailedTokenAsync(Email);
                return await Crm.ResetAsync(reset, password);
            }),
        ];
    }

    private static IEnumerable<string?> Codes(Answer answer) => answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString());
}
