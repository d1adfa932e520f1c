using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Accounts;

public sealed class AccountHoldTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R013")]
    public async Task A_held_account_is_refused_for_sixty_minutes_its_holder_is_mailed_once_and_then_it_goes_on()
    {
        var person = await place.Office.HireAsync("manager");
        using var program = crm.NewClient();
        using var stranger = crm.NewClient();
        program.Seed = person.Seed;
        var signedIn = await program.SignInAsync(person.Email, "native");
        var challenge = await person.ChallengeAsync(stranger);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/account")).Status);

        // However many alerts there are at once, it is one hold.
        var holds = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => HoldAsync(person)));
        Assert.Single(holds, held => held);

        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        var code = person.Code();
        Assert.Equal("invalid_challenge", (await stranger.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code })).Code);
        Assert.Equal("invalid_challenge", (await stranger.PostAsync("/auth/recovery", new { challenge })).Code);
        Assert.Equal("token_revoked", (await program.PostAsync("/auth/step-up", new { method = "totp", code })).Code);
        var wrong = await stranger.LoginAsync(person.Email, "Wrong horse 7 battery!", "native");
        foreach (var minutes in (double[])[0, 29, 29.5])
        {
            crm.Clock.Advance(TimeSpan.FromMinutes(minutes));
            Assert.Equal(minutes == 0 ? "token_revoked" : "token_expired", (await program.GetAsync("/account")).Code);
            Assert.Equal((HttpStatusCode.Unauthorized, "session_expired"), Refusal(await stranger.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] })));
            Assert.Equal(Refusal(wrong), Refusal(await person.LoginAsync(stranger)));
        }

        Assert.Equal(1, await crm.Behind.EventsAsync("ACCOUNT_HELD", person.Id, "a_test_says_so"));
        Assert.Equal(3, await crm.Behind.EventsAsync("LOGIN_FAILED", person.Id, "account_held"));
        var mail = Assert.Single(await new MailBox(crm).ToAsync(person.Email, "account_locked"));
        Assert.Contains("suspicious activity", mail.Text, StringComparison.Ordinal);
        Assert.Contains("60 minutes", mail.Text, StringComparison.Ordinal);

        crm.Clock.Advance(TimeSpan.FromMinutes(1.5));
        program.AccessToken = (await stranger.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] }))["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/account")).Status);
        Assert.Equal("mfa_required", (await person.LoginAsync(stranger))["status"]);
    }

    [Fact]
    public async Task What_was_open_is_open_again_when_an_administrator_ends_the_hold()
    {
        var person = await place.Office.HireAsync("viewer");
        using var program = crm.NewClient();
        using var browser = crm.NewClient();
        var first = await person.LoginAsync(program);
        await browser.LoginAsync(person.Email);
        var second = await program.PostAsync("/auth/refresh", new { refreshToken = first["refreshToken"] });
        program.AccessToken = second["accessToken"];
        Assert.True(await HoldAsync(person));

        var refused = await browser.GetAsync("/account");
        Assert.Equal((HttpStatusCode.Unauthorized, "session_expired"), Refusal(refused));
        Assert.False(refused.Headers.Contains("Set-Cookie"));
        // An honest retry of a refresh is not taken for a theft meanwhile.
        Assert.Equal("session_expired", (await program.PostAsync("/auth/refresh", new { refreshToken = first["refreshToken"] })).Code);
        await place.Office.RenewAsync();
        Assert.NotEqual(default, (await place.Office.Admin.GetAsync($"/api/admin/users/{person.Id}")).Json.GetProperty("lockedUntil").GetDateTimeOffset());
        Assert.Equal(HttpStatusCode.NoContent, (await place.Office.Admin.PostAsync($"/api/admin/users/{person.Id}/unlock", new { })).Status);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await program.PostAsync("/auth/refresh", new { refreshToken = second["refreshToken"] })).Status);
        Assert.Equal(0, await crm.Behind.EventsAsync("TOKEN_REUSED", person.Id));
    }

    private static (HttpStatusCode Status, string? Code) Refusal(Answer answer) => (answer.Status, answer.Code);

    private async Task<bool> HoldAsync(Person person)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var work = await crm.Services.GetRequiredService<PalisadeDatabase>().BeginSystemAsync(RequestFacts.OfProcess("test"), cancel);
        var user = await UserStore.FindAsync(work, person.Id, cancel);
        var held = await crm.Services.GetRequiredService<AccountHolds>().HoldAsync(work, user!, "a_test_says_so", cancel);
        await work.CommitAsync(cancel);
        return held;
    }
}
