using System.Net;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>What an administrator does about somebody's account, each act said beforehand and taken back afterwards.</summary>
[Collection(nameof(Browser))]
public sealed class PersonTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    public async Task An_account_is_locked_unlocked_disabled_enabled_and_given_another_role()
    {
        using var max = await company.Ada.InviteAsync("max@example.com", "agent");
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        await ada.GoAsync("/console/people");
        await ada.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "max@example.com" }).GetByRole(AriaRole.Link).ClickAsync();
        await ada.SeesAsync("Invited Person");
        await StandsAsync(ada, "The account is in use.");

        await ada.PressAsync("Lock…");
        await Assertions.Expect(ada.Page.Locator("#lock")).ToContainTextAsync("You can unlock it here at any time.");
        await Assertions.Expect(ada.Page.Locator("#lock").GetByText("Cancel")).ToBeFocusedAsync();
        await ada.PressAsync("Cancel");
        await StandsAsync(ada, "The account is in use.");
        await ActAsync(ada, "Lock", "Invited Person is locked out.");
        await StandsAsync(ada, "Locked by an administrator");
        Assert.Equal(HttpStatusCode.Unauthorized, (await max.GetAsync("/account")).Status);
        await ActAsync(ada, "Unlock", "Invited Person can sign in again.");
        await StandsAsync(ada, "The account is in use.");

        await ActAsync(ada, "Disable", "Invited Person’s account is disabled.");
        await StandsAsync(ada, "Disabled");
        await ActAsync(ada, "Enable", "Invited Person’s account is enabled.");

        await ActAsync(ada, "Send a link", "The link is on its way to Invited Person.", "Send the link");
        Assert.Single(await new MailBox(company.Crm).ToAsync("max@example.com", "password_reset"));

        await ada.PressAsync("Change…");
        await Assertions.Expect(ada.Page.GetByLabel("Role", new() { Exact = true })).ToHaveValueAsync("agent");
        await ada.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("viewer");
        await ada.PressAsync("Change the role");
        await ada.Page.GetByRole(AriaRole.Status).GetByText("Invited Person is viewer now.").WaitForAsync();
        await Assertions.Expect(ada.Page.Locator("#role-now")).ToHaveTextAsync("viewer");
        Assert.Empty(ada.Refusals);
        await ada.AssertCalmAsync();
    }

    [Fact]
    public async Task A_lock_that_failures_made_is_told_with_its_end_and_can_be_lifted()
    {
        using var una = await company.Ada.InviteAsync("una@example.com", "viewer");
        await using var stranger = await chromium.VisitAsync(company.Crm.Address);
        for (var guess = 0; guess < 5; guess++)
        {
            await stranger.GoAsync("/console/sign-in");
            await stranger.FillAsync("E-mail", "una@example.com");
            await stranger.FillAsync("Password", $"Wrong horse {guess} battery!");
            await stranger.PressAsync("Sign in");
            await stranger.Page.GetByText("Invalid credentials.", new() { Exact = true }).WaitForAsync();
        }

        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        await ada.GoAsync($"/console/people/{await IdAsync("una@example.com")}");
        await StandsAsync(ada, "Too many wrong tries: signing in is refused until ");
        await ActAsync(ada, "Unlock", "Invited Person can sign in again.");
        await StandsAsync(ada, "The account is in use.");
    }

    [Fact]
    public async Task Where_the_rank_forbids_an_act_the_page_says_so_instead_of_offering_it()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        await ada.GoAsync($"/console/people/{company.AdasId}");
        await ada.Page.GetByText("This is you.").WaitForAsync();
        Assert.Equal(0, await ada.Page.Locator("#acts:visible").CountAsync());

        using var admin = await company.Ada.InviteAsync("alex@example.com", "admin");
        await using var alex = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(alex, admin);
        await alex.GoAsync($"/console/people/{company.AdasId}");
        await alex.Page.GetByText("A superadmin ranks as high as you or higher.").WaitForAsync();
        Assert.Equal(0, await alex.Page.Locator("#acts:visible").CountAsync());
        Assert.Empty(alex.Refusals);
    }

    private static Task StandsAsync(Visitor visitor, string text) => Assertions.Expect(visitor.Page.Locator("#standing")).ToContainTextAsync(text);

    private static async Task ActAsync(Visitor visitor, string act, string said, string? button = null)
    {
        await visitor.PressAsync($"{act}…");
        await visitor.PressAsync(button ?? act);
        await visitor.Page.GetByRole(AriaRole.Status).GetByText(said).WaitForAsync();
    }

    private async Task<string> IdAsync(string email) =>
        (await company.Ada.GetAsync("/api/admin/users?pageSize=100")).Json.GetProperty("items").EnumerateArray()
            .Single(user => user.GetProperty("email").GetString() == email).GetProperty("id").GetString()!;
}
