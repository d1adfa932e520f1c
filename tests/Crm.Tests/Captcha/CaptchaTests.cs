using System.Net;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Captcha;

public sealed class CaptchaTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    private const string Wrong = "Wrong horse 7 battery!";

    [Fact]
    [Requirement("R014")]
    public async Task The_fifth_attempt_needs_a_captcha_whoever_it_is_for_and_with_it_the_right_password_is_taken()
    {
        using var office = await Office.OpenAsync(crm);
        var person = await office.HireAsync("viewer");
        using var client = crm.NewClient();
        using var hashes = new HashCount(crm);
        foreach (var email in (string[])[person.Email, "nobody@example.com"])
        {
            for (var attempt = 0; attempt < 4; attempt++)
            {
                Assert.Equal("invalid_credentials", (await client.LoginAsync(email, Wrong)).Code);
            }

            var before = hashes.Computed;
            var refused = await client.LoginAsync(email);
            Assert.Equal((HttpStatusCode.BadRequest, "captcha_required", "Please complete CAPTCHA."), (refused.Status, refused.Code, refused["title"]));
            client.Captcha = "c29sdmVk";
            Assert.Equal("captcha_required", (await client.LoginAsync(email)).Code);
            client.Captcha = null;
            Assert.Equal(before, hashes.Computed);
        }

        var solution = await Solver.SolveAsync(client);
        client.Captcha = solution;
        Assert.Equal("signed_in", (await client.LoginAsync(person.Email))["status"]);
        client.ForgetSession();
        Assert.Equal("captcha_required", (await client.LoginAsync("nobody@example.com")).Code); // it is spent
        client.Captcha = await Solver.SolveAsync(client);
        Assert.Equal("invalid_credentials", (await client.LoginAsync("nobody@example.com")).Code);
        client.Captcha = null;
        Assert.Equal("too_many_attempts", (await client.LoginAsync("nobody@example.com")).Code); // its fifth failure locked it
    }

    [Fact]
    public async Task A_solution_is_refused_when_it_is_another_networks_too_old_or_not_what_was_set()
    {
        using var client = crm.NewClient();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await client.LoginAsync("someone@example.com", Wrong);
        }

        var set = (await client.GetAsync("/auth/captcha")).Json;
        var (salt, challenge, signature) = (Text(set, "salt"), Text(set, "challenge"), Text(set, "signature"));
        var number = Enumerable.Range(0, set.GetProperty("maxnumber").GetInt32() + 1).First(candidate => Solver.HashOf(salt, candidate) == challenge);
        string[] bad =
        [
            "", "!", Convert.ToBase64String("{}"u8), Convert.ToBase64String("[1,"u8), Convert.ToBase64String("null"u8),
            Solver.Encode("SHA-1", challenge, number, salt, signature),
            Solver.Encode("SHA-256", challenge, number + 1, salt, signature),
            Solver.Encode("SHA-256", challenge, number, salt, new string('0', 64)),
            // The salt may not grow into the number, nor say that it lasts longer or is another network's.
            Solver.Encode("SHA-256", challenge, number % 10, $"{salt}{number / 10}", signature),
            Solver.Encode("SHA-256", Solver.HashOf(salt.Replace("expires=1", "expires=9", StringComparison.Ordinal), number), number, salt.Replace("expires=1", "expires=9", StringComparison.Ordinal), signature),
        ];
        foreach (var solution in bad)
        {
            client.Captcha = solution;
            Assert.Equal("captcha_required", (await client.LoginAsync("someone@example.com", Wrong)).Code);
        }

        client.Captcha = await Solver.SolveAsync(client);
        crm.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("captcha_required", (await client.LoginAsync("someone@example.com", Wrong)).Code);
    }

    [Fact]
    public async Task The_more_failures_come_from_a_network_the_harder_it_gets()
    {
        using var client = crm.NewClient();
        var before = Difficulty((await client.GetAsync("/auth/captcha")).Json);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await client.LoginAsync($"stranger{attempt}@example.com", Wrong);
        }

        Assert.InRange(Difficulty((await client.GetAsync("/auth/captcha")).Json), 2 * before, 1_000_000);
    }

    private static int Difficulty(JsonElement set) => set.GetProperty("maxnumber").GetInt32();

    private static string Text(JsonElement set, string member) => set.GetProperty(member).GetString()!;
}
