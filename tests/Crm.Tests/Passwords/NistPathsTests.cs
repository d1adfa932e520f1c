using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Hosting;
using Palisade.Passwords;

namespace Palisade.Crm.Tests.Passwords;

/// <summary>Under <c>PASSWORD_POLICY=nist-800-63b-4</c> length and what is guessed count, and nothing else, on every way to set a password.</summary>
public sealed class NistPathsTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Shortest = "zkvorblimptheux";

    private readonly CrmInstance crm = new(cluster)
    {
        Configure = builder => builder.Services
            .AddSingleton(new PasswordOptions { Profile = PasswordProfile.Nist })
            .AddSingleton(new AccountOptions { MaxFailures = 1000 }),
    };

    public ValueTask InitializeAsync() => crm.InitializeAsync();

    public ValueTask DisposeAsync() => crm.DisposeAsync();

    [Fact]
    [Asvs("V6.2.1", "V6.2.5", "V6.2.11")]
    public async Task Fifteen_characters_of_any_kind_are_enough_and_what_is_made_of_the_holder_is_not()
    {
        string[] tooShort = ["vK8#qz!", Shortest[..14], "🗝🦔🌋🪗🧵🪐🦑🧭🛶🎈🪵🧊🐘🌵"]; // 14 characters each of the last two
        string[] aboutTheSite = ["palisadepalisade", "p4l1s4d3p4l1s4d3", "palisadepalisade2026", "edasilapedasilap"];
        string[] aboutVera = ["veravineveravine", "v3r4v1n3v3r4v1n3", "acmeestates202600", "setatseemca-vine1", "eniv-arev-eniv-arev"];
        using var paths = new PasswordPaths(crm, Shortest, "mogdubraxelponz");
        foreach (var (name, set) in paths.All)
        {
            // The first administrator must have a second factor, and beside one the profile asks for 12.
            foreach (var password in name == "setup" ? tooShort.Take(1) : tooShort)
            {
                AssertRefused(name, password, await set(password), "too_short");
            }

            foreach (var password in name is "setup" or "register" ? aboutTheSite : [.. aboutTheSite, .. aboutVera])
            {
                AssertRefused(name, password, await set(password), "too_personal");
            }

            var accepted = await set(Shortest);
            Assert.True(PasswordPaths.IsSet(accepted), $"{name}: {accepted.Text}");
        }

        foreach (var password in (string[])["trombonemarzipanglacier", "830174926518203", "🗝 🦔 🌋 🪗 🧵 🪐 🦑 🧭", "seven palisade moons over a harbour of tin"])
        {
            var accepted = await paths.RegisterAsync(password);
            Assert.True(PasswordPaths.IsSet(accepted), $"{password}: {accepted.Text}");
        }
    }

    private static void AssertRefused(string way, string password, Answer answer, string code) =>
        Assert.True(PasswordPaths.Codes(answer).Contains(code), $"{way} {password}: {answer.Status} {answer.Text}");
}
