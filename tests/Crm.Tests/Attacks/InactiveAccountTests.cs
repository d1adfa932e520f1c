using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

public sealed class InactiveAccountTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Theory]
    [InlineData("locked")]
    [InlineData("disabled")]
    public async Task An_account_that_stops_being_active_between_password_and_code_gets_no_session(string status)
    {
        var person = await place.Office.HireAsync("manager");
        using var client = crm.NewClient();
        var challenge = await person.ChallengeAsync(client);
        var sessions = await crm.Behind.SessionsAsync(person.Id);

        await SetStatusAsync(person, status);

        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        var verified = await client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = person.Code() });
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_challenge"), (verified.Status, verified.Code));
        Assert.Equal("invalid_credentials", (await person.LoginAsync(client)).Code);
        Assert.Equal(sessions, await crm.Behind.SessionsAsync(person.Id));
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("disabled")]
    public async Task An_account_that_stops_being_active_loses_its_tokens_and_its_session_at_once(string status)
    {
        var person = await place.Office.HireAsync("viewer");
        using var program = crm.NewClient();
        using var browser = crm.NewClient();
        var signedIn = await person.LoginAsync(program);
        program.AccessToken = signedIn["accessToken"];
        await browser.LoginAsync(person.Email);
        var refreshed = await program.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] });
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);

        await SetStatusAsync(person, status);
        await crm.FollowAsync();

        Assert.Equal("token_revoked", (await program.GetAsync("/account")).Code);
        Assert.Equal("session_expired", (await browser.GetAsync("/account")).Code);
        var afterwards = await program.PostAsync("/auth/refresh", new { refreshToken = refreshed["refreshToken"] });
        Assert.Equal(HttpStatusCode.Unauthorized, afterwards.Status);
    }

    [Fact]
    [Requirement("R075")]
    public async Task Raising_the_session_version_ends_every_token_and_session_of_the_account()
    {
        var person = await place.Office.HireAsync("viewer");
        using var program = crm.NewClient();
        using var browser = crm.NewClient();
        var signedIn = await person.LoginAsync(program);
        program.AccessToken = signedIn["accessToken"];
        await browser.LoginAsync(person.Email);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);

        await crm.Behind.ChangeAsync("UPDATE accounts.users SET session_version = session_version + 1 WHERE id = $1", person.Id);
        await crm.FollowAsync();

        Assert.Equal("token_revoked", (await program.GetAsync("/account")).Code);
        Assert.Equal("session_expired", (await browser.GetAsync("/account")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] })).Status);
        using var again = crm.NewClient();
        again.AccessToken = (await person.LoginAsync(again))["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/account")).Status);
    }

    private Task<int> SetStatusAsync(Person person, string status) =>
        crm.Behind.ChangeAsync("UPDATE accounts.users SET status = $2 WHERE id = $1", person.Id, status);
}
