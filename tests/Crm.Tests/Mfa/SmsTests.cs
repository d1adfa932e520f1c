using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Mfa;

public sealed partial class SmsTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly StoredSecretsTests.KeptLines lines = new();
    private CrmInstance crm = null!;
    private Office office = null!;
    private int numbers;

    public async ValueTask InitializeAsync()
    {
        crm = new CrmInstance(cluster) { Configure = builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).Services.AddSingleton<ILoggerProvider>(lines) };
        await crm.InitializeAsync();
        office = await Office.OpenAsync(crm);
    }

    public async ValueTask DisposeAsync()
    {
        office.Dispose();
        await crm.DisposeAsync();
    }

    [Fact]
    [Requirement("R039")]
    [Asvs("V6.6.2")]
    public async Task A_code_by_sms_answers_its_own_sign_in_once_within_five_minutes_and_stands_nowhere()
    {
        var (person, number) = await WithPhoneAsync();
        using var client = crm.NewClient();
        var login = await person.LoginAsync(client);
        Assert.Equal(["sms"], login.Json.GetProperty("methods").EnumerateArray().Select(method => method.GetString()));
        var (challenge, other) = (login["challenge"], await person.ChallengeAsync(client));
        var code = await SentAsync(client, challenge, number);

        Assert.Equal("invalid_challenge", (await VerifyAsync(client, other, code)).Code);
        var signedIn = await VerifyAsync(client, challenge, code);
        Assert.Equal("signed_in", signedIn["status"]);
        Assert.Equal("invalid_challenge", (await VerifyAsync(client, await person.ChallengeAsync(client), code)).Code);

        // A session lives longer than a code for its step-up.
        client.AccessToken = signedIn["accessToken"];
        crm.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/auth/mfa/sms/send", new { })).Status);
        var late = await LastCodeAsync(number);
        crm.Clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/step-up", new { method = "sms", code = late })).Code);
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/auth/mfa/sms/send", new { })).Status);
        crm.Clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal("signed_in", (await client.PostAsync("/auth/step-up", new { method = "sms", code = await LastCodeAsync(number) }))["status"]);

        var tables = await crm.Behind.WholeTextAsync();
        foreach (var secret in new[] { number, number[1..], Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(number)) })
        {
            Assert.DoesNotContain(secret, tables, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, lines.Text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotMatch($"\\b({code}|{late})\\b", lines.Text);
        Assert.DoesNotMatch($"\\b({code}|{late})\\b", tables);
    }

    [Fact]
    [Requirement("R040")]
    [Asvs("V6.6.3")]
    public async Task A_second_code_within_a_minute_is_refused_wrong_ones_void_it_and_a_number_gets_ten_a_day()
    {
        var (person, number) = await WithPhoneAsync();
        using var client = crm.NewClient();
        var challenge = await person.ChallengeAsync(client);
        var code = await SentAsync(client, challenge, number);
        var again = await client.PostAsync("/auth/mfa/sms/send", new { challenge = await person.ChallengeAsync(client) });
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_attempts"), (again.Status, again.Code));
        Assert.NotNull(again.Headers.RetryAfter);
        for (var guess = 0; guess < 5; guess++)
        {
            var wrong = ((int.Parse(code, CultureInfo.InvariantCulture) + guess + 1) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
            Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, wrong)).Code);
        }

        Assert.Equal("invalid_challenge", (await VerifyAsync(client, challenge, code)).Code);
        Assert.Equal("too_many_attempts", (await VerifyAsync(client, await person.ChallengeAsync(client), code)).Code);
        Assert.Equal(5, await crm.Behind.EventsAsync("2FA_FAILED", person.Id, "wrong_code"));

        var (other, busy) = await WithPhoneAsync(); // the first of its day
        for (var more = 0; more < 9; more++)
        {
            crm.Clock.Advance(TimeSpan.FromSeconds(61));
            challenge = await other.ChallengeAsync(client);
            await SentAsync(client, challenge, busy);
        }

        crm.Clock.Advance(TimeSpan.FromSeconds(61));
        var capped = await client.PostAsync("/auth/mfa/sms/send", new { challenge = await other.ChallengeAsync(client) });
        Assert.Equal((HttpStatusCode.TooManyRequests, "sms_unavailable"), (capped.Status, capped.Code));
        Assert.Equal(10, (await new MailBox(crm).SmsAsync(busy)).Count);
    }

    [Fact]
    [Requirement("R039")]
    public async Task Who_must_have_a_factor_cannot_sign_in_or_keep_going_by_sms()
    {
        var person = await office.HireAsync("manager");
        using var client = crm.NewClient();
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email, "native");
        var number = NextNumber();
        await EnrollAsync(client, number);
        using var newcomer = crm.NewClient();
        crm.Clock.Advance(TimeSpan.FromMinutes(2));
        var login = await person.LoginAsync(newcomer);
        Assert.DoesNotContain("sms", login.Json.GetProperty("methods").EnumerateArray().Select(method => method.GetString()));
        Assert.Equal("invalid_challenge", (await newcomer.PostAsync("/auth/mfa/sms/send", new { challenge = login["challenge"] })).Code);
        client.AccessToken = null;
        await client.SignInAsync(person.Email, "native");
        Assert.Equal("last_factor", (await client.SendAsync(HttpMethod.Delete, "/auth/mfa/totp")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, "/auth/mfa/sms")).Status);

        // Somebody who was promoted with nothing but a phone has to enrol.
        var (viewer, _) = await WithPhoneAsync();
        await crm.Behind.ChangeAsync("UPDATE accounts.users SET role = 'manager' WHERE id = $1", viewer.Id);
        Assert.Equal("mfa_enrollment_required", (await viewer.LoginAsync(newcomer))["status"]);
    }

    private static Task<Answer> VerifyAsync(ApiClient client, string challenge, string code) => client.PostAsync("/auth/mfa/verify", new { challenge, method = "sms", code });

    private async Task<(Person, string)> WithPhoneAsync()
    {
        var (person, number) = (await office.HireAsync("viewer"), NextNumber());
        using var client = crm.NewClient();
        await client.SignInAsync(person.Email, "native");
        await EnrollAsync(client, number);
        crm.Clock.Advance(TimeSpan.FromMinutes(2));
        return (person, number);
    }

    private async Task EnrollAsync(ApiClient client, string number)
    {
        var sent = await client.PostAsync("/auth/mfa/sms/enroll", new { phone = number });
        Assert.True(sent.Status == HttpStatusCode.Accepted, sent.Text);
        var code = await LastCodeAsync(number);
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/mfa/sms/confirm", new { code })).Status);
        client.AccessToken = null;
    }

    private async Task<string> SentAsync(ApiClient client, string challenge, string number)
    {
        var sent = await client.PostAsync("/auth/mfa/sms/send", new { challenge });
        Assert.True(sent.Status == HttpStatusCode.Accepted, sent.Text);
        return await LastCodeAsync(number);
    }

    private async Task<string> LastCodeAsync(string number) => SixDigits().Match((await new MailBox(crm).SmsAsync(number))[^1].Text).Value;

    private string NextNumber() => string.Create(CultureInfo.InvariantCulture, $"+25471234{5600 + ++numbers}");

    [GeneratedRegex("[0-9]{6}", RegexOptions.NonBacktracking)]
    private static partial Regex SixDigits();
}
