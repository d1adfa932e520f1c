using Microsoft.Playwright;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>An account for a stranger, and the links that mails lead to.</summary>
[Collection(nameof(Browser))]
public sealed class RegistrationTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    public async Task A_stranger_is_told_of_each_mistake_at_its_field_and_then_to_look_into_the_mailbox()
    {
        await using var grace = await chromium.VisitAsync(company.Crm.Address);
        await grace.GoAsync("/console/sign-in");
        await grace.FollowAsync("Create an account");
        await grace.SeesAsync("Create an account");
        await FillAsync(grace, "grace@@example.com", "Short1");
        await grace.PressAsync("Create the account");
        await Assertions.Expect(grace.Page.Locator("#email-error")).ToHaveTextAsync("Must be an e-mail address.");
        await Assertions.Expect(grace.Page.Locator("#password-kept")).ToHaveTextAsync("3 of 5 rules are kept.");
        Assert.Equal("email", await grace.Page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Equal(["lower", "upper", "digit"], await grace.Page.Locator("[data-rule][data-kept]").EvaluateAllAsync<string[]>("rules => rules.map(rule => rule.dataset.rule)"));

        // What a password may be depends on whose it is: the API weighs it once the rest is right.
        await FillAsync(grace, "grace@example.com", "Short1");
        await grace.PressAsync("Create the account");
        await Assertions.Expect(grace.Page.Locator("#password-error")).ToContainTextAsync("at least 12 characters");

        await FillAsync(grace, "grace@example.com", ApiClient.Password);
        await grace.PressAsync("Create the account");
        await grace.SeesAsync("Look into your mailbox");
        await Assertions.Expect(grace.Page.Locator("#sent-to")).ToHaveTextAsync("grace@example.com");
        await grace.PressAsync("Send a new link");
        await grace.Page.GetByText("If this address waits to be confirmed").WaitForAsync();
        await grace.AssertCalmAsync();
    }

    [Fact]
    public async Task The_mailed_link_asks_before_it_confirms_and_the_account_signs_in()
    {
        await using var nora = await chromium.VisitAsync(company.Crm.Address);
        await nora.GoAsync("/console/register");
        await FillAsync(nora, "nora@example.com", ApiClient.Password);
        await nora.PressAsync("Create the account");
        await nora.SeesAsync("Look into your mailbox");

        await nora.GoAsync((await new MailBox(company.Crm).LatestAsync("nora@example.com", "verify_email")).Link.ToString());
        await nora.SeesAsync("Confirm your address?");
        Assert.Equal("", await nora.Page.EvaluateAsync<string>("location.hash"));
        // A scanner of mails opens every link.
        Assert.Equal("pending", await company.Crm.Behind.ReadAsync<string>("SELECT status FROM accounts.users WHERE email = 'nora@example.com'"));
        await nora.PressAsync("Confirm the address");
        await nora.SeesAsync("Your address is confirmed");
        await nora.FollowAsync("Sign in");
        await nora.FillAsync("E-mail", "nora@example.com");
        await nora.FillAsync("Password", ApiClient.Password);
        await nora.PressAsync("Sign in");
        await nora.SeesAsync("Grace Hopper");
        await nora.AssertCalmAsync();
        Assert.Empty(nora.Refusals);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_answered_like_a_new_one()
    {
        await using var mallory = await chromium.VisitAsync(company.Crm.Address);
        var told = new List<string>();
        foreach (var address in new[] { "new.face@example.com", Company.AdasAddress })
        {
            await mallory.GoAsync("/console/register");
            await FillAsync(mallory, address, ApiClient.Password);
            await mallory.PressAsync("Create the account");
            await mallory.SeesAsync("Look into your mailbox");
            told.Add((await mallory.Page.InnerTextAsync("main")).Replace(address, "", StringComparison.Ordinal));
        }

        Assert.Equal(told[0], told[1]);
    }

    [Theory]
    [InlineData("/console/verify-email", "Confirm the address")]
    [InlineData("/console/confirm-email", "Use this address")]
    [InlineData("/console/stop-email-change", "Keep my address")]
    public async Task A_link_that_is_over_says_so_and_its_token_leaves_the_address_bar(string page, string button)
    {
        await using var reader = await chromium.VisitAsync(company.Crm.Address);
        await reader.GoAsync($"{page}#never-was");
        Assert.Equal("", await reader.Page.EvaluateAsync<string>("location.hash"));
        Assert.Empty(reader.Refusals);
        await reader.PressAsync(button);
        await reader.SeesAsync("This link does not work");
        Assert.Single(reader.Refusals, refusal => refusal.StartsWith("400 /auth/", StringComparison.Ordinal));
        await reader.AssertCalmAsync();
    }

    private static async Task FillAsync(Visitor visitor, string email, string password)
    {
        await visitor.FillAsync("Company", "Bright Homes");
        await visitor.FillAsync("Your name", "Grace Hopper");
        await visitor.FillAsync("E-mail", email);
        await visitor.FillAsync("Password", password);
    }
}
