using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>A lost second factor: asked for, stopped, or agreed to and replaced.</summary>
[Collection(nameof(Browser))]
public sealed class RecoveryTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    public async Task A_lost_factor_is_replaced_after_its_time_and_a_mailed_link()
    {
        await company.Ada.SignInAsync(Company.AdasAddress);
        using var _ = await company.Ada.InviteAsync("wim@example.com", "manager");
        await using var wim = await chromium.VisitAsync(company.Crm.Address);
        await AskAsync(wim, "wim@example.com");
        await wim.SeesAsync("Your request waits");

        company.Crm.Clock.Advance(TimeSpan.FromHours(25));
        await AskAsync(wim, "wim@example.com");
        await wim.SeesAsync("Look into your mailbox");
        await wim.GoAsync((await new MailBox(company.Crm).LatestAsync("wim@example.com", "recovery_ready")).Link.ToString());
        Assert.Equal("", await wim.Page.EvaluateAsync<string>("location.hash"));
        await wim.FillAsync("Password", ApiClient.Password);
        await wim.PressAsync("Take the lost factors away");
        await wim.SeesAsync("Enrol a new one now");
        await wim.FollowAsync("Sign in");
        await GivePasswordAsync(wim, "wim@example.com");
        await wim.SeesAsync("Add your authenticator");
        TotpSeed.TryFromBase32((await wim.Page.Locator("#secret").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal), out var seed);
        await wim.FillAsync("Six-digit code", Totp.Code(seed!, Totp.StepAt(company.Crm.Clock.GetUtcNow())));
        await wim.PressAsync("Confirm");
        await wim.PressAsync("I have kept them – continue");
        await wim.FollowAsync("Your account");
        await wim.Page.GetByText("it is on probation until").WaitForAsync();
        await wim.AssertCalmAsync();
    }

    [Fact]
    public async Task A_recovery_is_stopped_from_the_mailbox()
    {
        await company.Ada.SignInAsync(Company.AdasAddress);
        using var _ = await company.Ada.InviteAsync("xena@example.com", "manager");
        await using var thief = await chromium.VisitAsync(company.Crm.Address);
        await AskAsync(thief, "xena@example.com");
        await thief.SeesAsync("Your request waits");
        await using var xena = await chromium.VisitAsync(company.Crm.Address);
        await xena.GoAsync((await new MailBox(company.Crm).LatestAsync("xena@example.com", "recovery_requested")).Link.ToString());
        await xena.PressAsync("Stop the recovery");
        await xena.SeesAsync("The recovery is stopped");
        await xena.AssertCalmAsync();
    }

    [Fact]
    public async Task A_reset_that_one_administrator_asks_for_is_agreed_to_by_another()
    {
        await company.Ada.SignInAsync(Company.AdasAddress);
        using var yann = await company.Ada.InviteAsync("yann@example.com", "agent");
        using var bea = await company.Ada.InviteAsync("bea@example.com", "superadmin");
        await using var first = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(first);
        await first.GoAsync($"/console/people/{(await yann.GetAsync("/account"))["id"]}");
        await first.PressAsync("Reset…");
        await first.PressAsync("Ask for the reset");
        await first.Page.GetByRole(AriaRole.Status).GetByText("and for a second person.").WaitForAsync();
        await first.AssertCalmAsync();

        await using var second = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(second, bea);
        await second.GoAsync("/console/people");
        await second.FollowAsync("Recoveries");
        await second.Page.GetByText("once a second person agrees.").WaitForAsync();
        await second.PressAsync("Agree…");
        await second.PressAsync("Agree");
        await second.Page.GetByText("Invited Person agreed.").WaitForAsync();
        await second.AssertCalmAsync();
    }

    private static async Task AskAsync(Visitor visitor, string email)
    {
        await visitor.GoAsync("/console/sign-in");
        await GivePasswordAsync(visitor, email);
        await visitor.PressAsync("Lost your second factor?");
        await visitor.PressAsync("Ask to get back in");
    }

    private static async Task GivePasswordAsync(Visitor visitor, string email)
    {
        await visitor.FillAsync("E-mail", email);
        await visitor.FillAsync("Password", ApiClient.Password);
        await visitor.PressAsync("Sign in");
    }
}
