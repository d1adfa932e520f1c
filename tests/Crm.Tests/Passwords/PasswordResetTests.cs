using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Passwords;

public sealed class PasswordResetTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Next = "Seven green 8 lanterns?";

    // What is tested here are the links, not how often one machine may ask for them.
    private readonly CrmInstance crm = new(cluster) { Configure = builder => builder.Services.AddSingleton(new AccountOptions { MaxFailures = 1000 }) };
    private Office office = null!;

    public async ValueTask InitializeAsync()
    {
        await crm.InitializeAsync();
        office = await Office.OpenAsync(crm);
    }

    public ValueTask DisposeAsync()
    {
        office.Dispose();
        return crm.DisposeAsync();
    }

    [Fact]
    [Requirement("R024")]
    public async Task The_mailed_link_works_once_within_the_hour_and_everything_before_it_is_dead()
    {
        var person = await office.HireAsync("viewer");
        using var native = crm.NewClient();
        var signedIn = await person.LoginAsync(native);
        native.AccessToken = signedIn["accessToken"];
        using var browser = crm.NewClient();
        await browser.LoginAsync(person.Email);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);

        var token = await crm.MailedTokenAsync(person.Email);
        Assert.DoesNotContain(token, await crm.Behind.WholeTextAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await crm.ResetAsync(token, Next)).Status);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_or_used_token"), Refusal(await crm.ResetAsync(token, "Another green 9 lantern?")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await native.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/account")).Status);
        native.AccessToken = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await native.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await native.LoginAsync(person.Email, client: "native")).Status);
        Assert.Equal(HttpStatusCode.OK, (await native.LoginAsync(person.Email, Next, "native")).Status);
        Assert.Single(await new MailBox(crm).ToAsync(person.Email, "password_changed"));
        var (known, unknown) = (await crm.ForgetAsync(person.Email), await crm.ForgetAsync("nobody@example.com"));
        Assert.Equal((HttpStatusCode.Accepted, known.Text, Headers(known)), (unknown.Status, unknown.Text, Headers(unknown)));

        var late = await crm.MailedTokenAsync(person.Email);
        crm.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_or_used_token"), Refusal(await crm.ResetAsync(late, "Another green 9 lantern?")));
    }

    [Fact]
    public async Task Who_asks_for_an_unknown_pending_or_disabled_address_is_told_the_same_and_nobody_is_mailed()
    {
        var known = await office.HireAsync("viewer");
        var emails = new List<string> { known.Email, "nobody@example.com" };
        foreach (var status in (string[])["pending", "locked", "disabled"])
        {
            var person = await office.HireAsync("viewer");
            await crm.Behind.ChangeAsync("UPDATE accounts.users SET status = $2 WHERE id = $1", person.Id, status);
            emails.Add(person.Email);
        }

        var answers = new List<Answer>();
        foreach (var email in emails)
        {
            answers.Add(await crm.ForgetAsync(email));
        }

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Accepted, ""), (answer.Status, answer.Text)));
        Assert.Single(answers.Select(Headers).Distinct());
        var mail = new MailBox(crm);
        Assert.Single(await mail.ToAsync(known.Email, "password_reset"));
        foreach (var email in emails.Skip(1))
        {
            Assert.Empty(await mail.ToAsync(email, "password_reset"));
        }
    }

    [Fact]
    public async Task A_newer_link_kills_the_older_and_a_mailbox_gets_three_an_hour()
    {
        var person = await office.HireAsync("viewer");
        var first = await crm.MailedTokenAsync(person.Email);
        await crm.MailedTokenAsync(person.Email);
        var third = await crm.MailedTokenAsync(person.Email);
        for (var more = 0; more < 3; more++)
        {
            await crm.ForgetAsync(person.Email);
        }

        Assert.Equal(3, (await new MailBox(crm).ToAsync(person.Email, "password_reset")).Count);
        Assert.Equal(HttpStatusCode.BadRequest, (await crm.ResetAsync(first, Next)).Status);
        // The requests that nobody mailed a link for did not kill the one that was mailed.
        Assert.Equal(HttpStatusCode.NoContent, (await crm.ResetAsync(third, Next)).Status);
    }

    [Fact]
    [Asvs("V6.4.3")]
    public async Task A_second_factor_is_asked_for_after_a_reset_as_before()
    {
        var person = await office.HireAsync("manager");
        Assert.Equal(HttpStatusCode.NoContent, (await crm.ResetAsync(await crm.MailedTokenAsync(person.Email), Next)).Status);

        using var client = crm.NewClient();
        var login = await client.LoginAsync(person.Email, Next, "native");
        Assert.Equal((HttpStatusCode.OK, "mfa_required"), (login.Status, login["status"]));
        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        var verified = await client.PostAsync("/auth/mfa/verify", new { challenge = login["challenge"], method = "totp", code = person.Code() });
        Assert.Equal(HttpStatusCode.OK, verified.Status);
    }

    [Fact]
    public async Task A_challenge_that_the_old_password_opened_is_void_after_the_reset()
    {
        var person = await office.HireAsync("manager");
        using var thief = crm.NewClient();
        var challenge = await person.ChallengeAsync(thief);
        await crm.ResetAsync(await crm.MailedTokenAsync(person.Email), Next);

        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        var verified = await thief.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = person.Code() });
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_challenge"), Refusal(verified));
    }

    [Fact]
    public async Task A_refused_password_leaves_the_link_good()
    {
        var person = await office.HireAsync("viewer");
        var token = await crm.MailedTokenAsync(person.Email);

        Assert.Equal("validation_failed", (await crm.ResetAsync(token, "Password123456!x")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await crm.ResetAsync(token, Next)).Status);
    }

    private static (HttpStatusCode, string?) Refusal(Answer answer) => (answer.Status, answer.Code);

    private static string Headers(Answer answer) => string.Join('\n', answer.Headers.Concat(answer.ContentHeaders)
        .Where(header => header.Key is not ("X-Request-ID" or "Date"))
        .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"));
}
