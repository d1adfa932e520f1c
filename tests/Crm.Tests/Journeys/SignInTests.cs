using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>The ways in and out, at a real browser.</summary>
[Collection(nameof(Browser))]
public sealed partial class SignInTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    public async Task An_administrator_signs_in_with_a_code_and_arrives_where_the_link_led()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await ada.GoAsync("/console/audit");
        await GivePasswordAsync(ada, Company.AdasAddress);
        await ada.SeesAsync("One more step");
        await ada.FillAsync("Six-digit code", "000000");
        await ada.PressAsync("Sign in");
        await ada.Page.GetByText("That code is not right, or was used before.").WaitForAsync();
        await ada.FillAsync("Six-digit code", company.Ada.NextCode());
        await ada.PressAsync("Sign in");
        await ada.SeesAsync("Audit log");
        await ada.AssertCalmAsync();
        Assert.Equal(["401 /auth/mfa/verify"], ada.Refusals);

        await ada.PressAsync("Sign out");
        await ada.SeesAsync("Sign in");
        await ada.GoAsync("/console/audit");
        Assert.Equal("/console/sign-in", new Uri(ada.Page.Url).AbsolutePath);
        await ada.AssertCalmAsync();
    }

    [Fact]
    public async Task A_backup_code_opens_once()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await SignInWithBackupCodeAsync(ada);
        await ada.SeesAsync("Ada Admin");

        await using var thief = await chromium.VisitAsync(company.Crm.Address);
        await SignInWithBackupCodeAsync(thief);
        await thief.Page.GetByText("That code is not right, or was used before.").WaitForAsync();
    }

    [Fact]
    public async Task A_wrong_password_says_no_more_than_that_and_too_many_say_when_to_come_back()
    {
        await using var guesser = await chromium.VisitAsync(company.Crm.Address);
        for (var guess = 0; guess < 5; guess++)
        {
            await guesser.GoAsync("/console/sign-in");
            await GivePasswordAsync(guesser, "nobody@example.com");
            await guesser.Page.GetByText("Invalid credentials.", new() { Exact = true }).WaitForAsync();
        }

        await guesser.PressAsync("Sign in");
        await Assertions.Expect(guesser.Page.Locator("#sign-in .message")).ToHaveTextAsync(ComeBack());
        await guesser.AssertCalmAsync();
    }

    [Fact]
    public async Task Somebody_invited_chooses_a_password_enrols_and_works()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        await ada.GoAsync("/console/people");
        await ada.PressAsync("Invite somebody");
        await ada.FillAsync("Name", "Max O'Manager");
        await ada.FillAsync("E-mail", "max@example.com");
        await ada.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("manager");
        await ada.PressAsync("Make the invitation");
        await ada.SeesAsync("The invitation is ready");
        var link = await ada.Page.GetByLabel("Invitation link").InputValueAsync();
        await ada.PressAsync("Done");
        await Assertions.Expect(ada.Page.Locator("#link")).ToHaveValueAsync("");
        await ada.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Max O'Manager" }).GetByText("invited").WaitForAsync();
        await ada.AssertCalmAsync();

        await using var max = await chromium.VisitAsync(company.Crm.Address);
        await max.Page.GotoAsync(link);
        Assert.Equal("", await max.Page.EvaluateAsync<string>("location.hash"));
        await max.FillAsync("Password", "tooshort");
        await max.PressAsync("Set the password");
        await Assertions.Expect(max.Page.Locator("#password-error")).ToContainTextAsync("at least 12 characters");
        await max.FillAsync("Password", ApiClient.Password);
        await max.PressAsync("Set the password");
        await max.SeesAsync("Your account is ready");
        await max.FollowAsync("Sign in");
        await GivePasswordAsync(max, "max@example.com");
        await max.SeesAsync("Add your authenticator");
        TotpSeed.TryFromBase32((await max.Page.Locator("#secret").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal), out var seed);
        await max.FillAsync("Six-digit code", Totp.Code(seed!, Totp.StepAt(company.Crm.Clock.GetUtcNow())));
        await max.PressAsync("Confirm");
        await max.PressAsync("I have kept them – continue");
        await max.SeesAsync("Max O'Manager");
        Assert.Equal(0, await max.Page.GetByRole(AriaRole.Link, new() { Name = "People" }).CountAsync());
        await max.AssertCalmAsync();
    }

    [Fact]
    public async Task A_link_on_another_site_leads_who_is_signed_in_to_the_page_it_names()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        await ada.Page.RouteAsync("https://mail.example/", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<a href=\"{company.Crm.Address}console/estates\">the estates</a>",
        }));
        await ada.Page.GotoAsync("https://mail.example/");
        await ada.FollowAsync("the estates");
        await ada.SeesAsync("Estates");
        Assert.Equal("/console/estates", new Uri(ada.Page.Url).AbsolutePath);
    }

    [Fact]
    public async Task Before_its_script_is_at_work_a_page_takes_no_password()
    {
        await using var hasty = await chromium.VisitAsync(company.Crm.Address);
        await hasty.Page.RouteAsync("**/sign-in.js", route => route.AbortAsync());
        await hasty.GoAsync("/console/sign-in");
        await hasty.Page.EvaluateAsync("document.getElementById('password').focus()");
        Assert.Equal("BODY", await hasty.Page.EvaluateAsync<string>("document.activeElement.tagName"));
        Assert.Equal("post", await hasty.Page.EvaluateAsync<string>("document.getElementById('sign-in').method"));
    }

    // The browser reads it too, and knows no \z.
    [GeneratedRegex("^Too many attempts[.] Try again after [0-9]{2}:[0-9]{2}[.]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ComeBack();

    private static async Task GivePasswordAsync(Visitor visitor, string email)
    {
        await visitor.FillAsync("E-mail", email);
        await visitor.FillAsync("Password", ApiClient.Password);
        await visitor.PressAsync("Sign in");
    }

    private async Task SignInWithBackupCodeAsync(Visitor visitor)
    {
        await visitor.GoAsync("/console/sign-in");
        await GivePasswordAsync(visitor, Company.AdasAddress);
        await visitor.PressAsync("Use a backup code");
        await visitor.FillAsync("Backup code", company.BackupCodes[0].ToUpperInvariant());
        await visitor.PressAsync("Sign in");
    }
}
