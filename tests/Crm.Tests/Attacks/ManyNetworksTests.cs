using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>A server behind a known proxy, at its usual limits, against attackers who solve every captcha.</summary>
public sealed class ProxiedOffice(TestCluster cluster) : IAsyncLifetime
{
    private Office? office;

    public CrmInstance Crm { get; } = new(cluster)
    {
        Captcha = "solved",
        Settings = new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1,::1", ["RATE_LIMIT_MULTIPLIER"] = "1" },
        Configure = builder =>
        {
            CrmInstance.CaptchaIsNoHindrance(builder.Services);
            builder.Services.AddSingleton<IRiskSource>(new Suspect());
        },
    };

    internal Office Office => office!;

    public async ValueTask InitializeAsync()
    {
        await Crm.InitializeAsync();
        office = await Office.OpenAsync(Crm);
    }

    public async ValueTask DisposeAsync()
    {
        office?.Dispose();
        await Crm.DisposeAsync();
    }

    /// <summary>Thinks badly of one address.</summary>
    private sealed class Suspect : IRiskSource
    {
        public ValueTask<int> ReputationOfAsync(IPAddress? address, CancellationToken cancellationToken) =>
            ValueTask.FromResult(address?.MapToIPv4().ToString() == "192.0.2.66" ? -30 : 0);
    }
}

public sealed class ManyNetworksTests(ProxiedOffice place) : IClassFixture<ProxiedOffice>, IDisposable
{
    private const string Wrong = "Wrong horse 7 battery!";

    private readonly CrmInstance crm = place.Crm;
    private readonly ApiClient client = place.Crm.NewClient();
    private static int networks; // each test has networks of its own

    public void Dispose() => client.Dispose();

    [Fact]
    [Invariant("A6")]
    [Asvs("V6.3.1")]
    public async Task While_two_hundred_addresses_keep_an_account_locked_for_ten_minutes_its_known_device_signs_in()
    {
        const int minutes = 10, addresses = 200, signIns = 10;
        var victim = await place.Office.HireAsync("viewer");
        using var home = crm.NewClient();
        await home.SignInAsync(victim.Email);
        using var hashes = new HashCount(crm);
        var entered = 0;
        for (var minute = 0; minute < minutes; minute++)
        {
            var attack = Parallel.ForAsync(0, addresses, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (index, _) =>
                await FromAsync($"198.51.100.{index}", victim.Email, $"Wrong horse {minute}{index} battery!"));
            for (var time = 0; time < signIns; time++)
            {
                home.ForgetSession();
                entered += (await home.LoginAsync(victim.Email)).Status == HttpStatusCode.OK ? 1 : 0;
            }

            await attack;
            Assert.Equal("too_many_attempts", (await FromAsync(NextNetwork(), victim.Email, ApiClient.Password)).Code); // it is locked indeed
            crm.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(entered, 0.99 * minutes * signIns, minutes * signIns);
        Assert.Equal(5, hashes.Computed - entered); // the policy: five in fifteen minutes, from wherever
    }

    [Fact]
    [Requirement("R106")]
    public async Task The_sixth_attempt_is_told_when_to_come_back_even_with_the_right_password()
    {
        var (person, network) = (await place.Office.HireAsync("viewer"), NextNetwork());
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal("invalid_credentials", (await FromAsync(network, person.Email, Wrong)).Code);
        }

        var sixth = await FromAsync(network, person.Email, ApiClient.Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, sixth.Status);
        Assert.InRange(sixth.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
    }

    [Fact]
    [Requirement("R107")]
    [Asvs("V6.3.1")]
    public async Task One_network_on_twenty_accounts_and_fifty_networks_on_one_account_are_throttled_and_spelling_makes_no_new_account()
    {
        var network = NextNetwork();
        using (var hashes = new HashCount(crm))
        {
            var answers = new List<Answer>();
            for (var attempt = 0; attempt < 100; attempt++)
            {
                answers.Add(await FromAsync(network, $"sprayed{attempt % 20}@example.com", Wrong));
            }

            Assert.Equal(30, hashes.Computed);
            Assert.Equal("too_many_attempts", answers[^1].Code);
            Assert.Equal("too_many_attempts", (await FromAsync(network, "never-tried@example.com", Wrong)).Code);
        }

        using (var hashes = new HashCount(crm))
        {
            for (var attempt = 0; attempt < 50; attempt++)
            {
                await FromAsync(NextNetwork(), attempt % 2 == 0 ? "A@X.example.com" : " a@x.example.com", Wrong);
            }

            Assert.Equal(5, hashes.Computed);
        }

        using (var hashes = new HashCount(crm))
        {
            for (var attempt = 0; attempt < 40; attempt++)
            {
                await FromAsync($"2001:db8:0:7:{attempt + 1:x}::1", $"rotated{attempt}@example.com", Wrong);
            }

            Assert.Equal(30, hashes.Computed); // a /64 is one network
        }
    }

    [Fact]
    [Requirement("R037")]
    public async Task Wrong_codes_are_counted_for_the_challenge_the_person_and_the_network_and_the_holder_at_home_is_no_stranger()
    {
        var network = NextNetwork();
        var people = new List<Person>();
        for (var number = 0; number < 7; number++)
        {
            people.Add(await place.Office.HireAsync("manager"));
        }

        using var home = crm.NewClient();
        home.Seed = people[6].Seed;
        await home.SignInAsync(people[6].Email);
        home.ForgetSession();
        foreach (var person in people.Take(6))
        {
            var challenge = await person.ChallengeAsync(client);
            for (var number = 0; number < 5; number++)
            {
                Assert.Equal("invalid_challenge", (await CodeFromAsync(network, challenge, person.WrongCode(number))).Code);
            }

            Assert.Equal(5, await crm.Behind.EventsAsync("2FA_FAILED", person.Id, "wrong_code"));
            // The challenge is void, and the person locked out with another one.
            Assert.Equal("invalid_challenge", (await CodeFromAsync(NextNetwork(), challenge, person.Code())).Code);
            Assert.Equal("too_many_attempts", (await CodeFromAsync(NextNetwork(), await person.ChallengeAsync(client), person.Code())).Code);
        }

        // Thirty failures of one network: whoever comes from there is refused, and nobody else.
        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        var last = people[6];
        Assert.Equal("too_many_attempts", (await CodeFromAsync(network, await last.ChallengeAsync(client), last.Code())).Code);
        var atHome = await home.LoginAsync(last.Email);
        Assert.Equal(HttpStatusCode.OK, (await CodeFromAsync(network, atHome["challenge"], last.Code(), home)).Status);
        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await CodeFromAsync(NextNetwork(), await last.ChallengeAsync(client), last.Code())).Status);
    }

    [Fact]
    [Requirement("R108")]
    [Requirement("R109")]
    public async Task Ten_people_behind_one_network_sign_in_and_what_fails_there_is_counted_all_the_same()
    {
        var network = NextNetwork();
        for (var failure = 0; failure < 5; failure++)
        {
            await FromAsync(network, "unlucky@example.com", Wrong);
            var (one, other) = (await place.Office.HireAsync("viewer"), await place.Office.HireAsync("viewer"));
            Assert.Equal(HttpStatusCode.OK, (await FromAsync(network, one.Email, ApiClient.Password)).Status);
            Assert.Equal(HttpStatusCode.OK, (await FromAsync(network, other.Email, ApiClient.Password)).Status);
        }

        Assert.Equal("too_many_attempts", (await FromAsync(network, "unlucky@example.com", Wrong)).Code);
    }

    [Fact]
    [Requirement("R017")]
    public async Task From_an_address_of_bad_repute_the_right_password_is_answered_with_a_challenge()
    {
        const string suspect = "192.0.2.66";
        var person = await place.Office.HireAsync("viewer");
        client.Captcha = null;
        Assert.Equal("captcha_required", (await FromAsync(suspect, person.Email, ApiClient.Password)).Code);
        Assert.Equal("signed_in", (await FromAsync(NextNetwork(), person.Email, ApiClient.Password))["status"]);
        client.Captcha = "solved";
        Assert.Equal("signed_in", (await FromAsync(suspect, person.Email, ApiClient.Password))["status"]);
    }

    [Fact]
    public async Task The_owner_is_told_by_mail_once_of_a_lock_and_once_of_a_new_device()
    {
        var person = await place.Office.HireAsync("viewer");
        var mails = new MailBox(crm);
        for (var attempt = 0; attempt < 12; attempt++)
        {
            await FromAsync(NextNetwork(), person.Email, Wrong);
        }

        Assert.Single(await mails.ToAsync(person.Email, "account_locked"));
        crm.Clock.Advance(TimeSpan.FromMinutes(16));
        using var home = crm.NewClient();
        await home.SignInAsync(person.Email);
        home.ForgetSession();
        await home.SignInAsync(person.Email);
        Assert.Single(await mails.ToAsync(person.Email, "new_device"));
    }

    private static string NextNetwork() => string.Create(CultureInfo.InvariantCulture, $"203.0.{Interlocked.Increment(ref networks)}.7");

    private Task<Answer> CodeFromAsync(string address, string challenge, string code, ApiClient? who = null) => (who ?? client).SendAsync(
        HttpMethod.Post, "/auth/mfa/verify", JsonContent.Create(new { challenge, method = "totp", code }), ("X-Forwarded-For", address));

    private Task<Answer> FromAsync(string address, string email, string password) => client.SendAsync(
        HttpMethod.Post,
        "/auth/login",
        new StringContent(JsonSerializer.Serialize(new { email, password, client = "native", captcha = client.Captcha }), Encoding.UTF8, "application/json"),
        ("X-Forwarded-For", address));
}
