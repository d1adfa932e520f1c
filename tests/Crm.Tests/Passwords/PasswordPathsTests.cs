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
    [Requirement("R018")]
    [Asvs("V6.2.12")]
    public async Task All_of_them_refuse_what_one_refuses()
    {
        const string good = "Abcdefgh1!xy";
        (string Password, string Code)[] bad =
        [
            ("vK8#qz Tm2!", "too_short"),
            ("ABCDEFGH1!XY", "needs_lower_case"),
            ("vkqztmwrbx8#", "needs_upper_case"),
            ("vKqztmwrbx##", "needs_digit"),
            ("vKqztmwrbx88", "needs_special"),
            ("Password123456!", "too_common"),
            ("Palisade-Palisade-1", "too_personal"),
            ("Aa1!aaaaaaaa", "too_guessable"),
            (Breached, "breached"),
            (new string('x', 129), "too_long"),
        ];
        using var paths = new PasswordPaths(Crm, good, "Ten 10 copper whales, 🗝 and é!");
        foreach (var (name, set) in paths.All)
        {
            foreach (var (password, code) in bad)
            {
                var answer = await set(password);
                Assert.True(answer.Status == HttpStatusCode.BadRequest && PasswordPaths.Codes(answer).Contains(code), $"{name} {code}: {answer.Text}");
            }

            var accepted = await set(good);
            Assert.True(PasswordPaths.IsSet(accepted), $"{name}: {accepted.Text}");
        }

        Assert.All(range.Asked, asked => Assert.Matches(@"\A/range/[0-9A-F]{5}\z", asked.Path));
        range.Dispose(); // a service that is away is passed over
        Assert.Equal(HttpStatusCode.Accepted, (await paths.RegisterAsync(Breached)).Status);
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
}
