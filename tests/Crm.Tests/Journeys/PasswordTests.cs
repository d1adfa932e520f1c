using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>A password that is forgotten, and one that is changed.</summary>
[Collection(nameof(Browser))]
public sealed class PasswordTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    private const string Next = "Quiet harbour 9 lantern!";

    [Fact]
    public async Task A_forgotten_password_is_replaced_by_the_mailed_link_once()
    {
        using var _ = await company.Ada.InviteAsync("lena@example.com", "viewer");
        await using var lena = await chromium.VisitAsync(company.Crm.Address);
        await lena.GoAsync("/console/sign-in");
        await lena.FollowAsync("Forgot your password?");
        await lena.FillAsync("E-mail", "lena@example.com");
        await lena.PressAsync("Send the link");
        await lena.SeesAsync("Look into your mailbox");

        var link = (await new MailBox(company.Crm).LatestAsync("lena@example.com", "password_reset")).Link.ToString();
        await lena.GoAsync(link);
        Assert.Equal("", await lena.Page.EvaluateAsync<string>("location.hash"));
        await lena.FillAsync("New password", "short");
        await lena.PressAsync("Set the password");
        await Assertions.Expect(lena.Page.Locator("#password-error")).ToContainTextAsync("at least 12 characters");
        await lena.FillAsync("New password", Next);
        await lena.PressAsync("Set the password");
        await lena.SeesAsync("Your password is changed");
        await lena.FollowAsync("Sign in");
        await lena.FillAsync("E-mail", "lena@example.com");
        await lena.FillAsync("Password", Next);
        await lena.PressAsync("Sign in");
        await lena.SeesAsync("Invited Person");
        await lena.AssertCalmAsync();

        await using var late = await chromium.VisitAsync(company.Crm.Address);
        await late.GoAsync(link);
        await late.FillAsync("New password", "Another harbour 8 lantern!");
        await late.PressAsync("Set the password");
        await late.SeesAsync("This link does not work");
    }

    [Fact]
    public async Task A_password_is_changed_from_where_password_managers_look_for_the_form()
    {
        using var client = await company.Ada.InviteAsync("marc@example.com", "viewer");
        await using var marc = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(marc, client);
        await marc.GoAsync("/.well-known/change-password");
        await marc.SeesAsync("Change your password");
        await marc.FillAsync("Present password", "Not my horse 7 battery!");
        await marc.FillAsync("New password", Next);
        await marc.PressAsync("Change the password");
        await Assertions.Expect(marc.Page.Locator("#currentPassword-error")).ToHaveTextAsync("This is not your present password.");
        Assert.Equal("currentPassword", await marc.Page.EvaluateAsync<string>("document.activeElement.id"));
        await marc.FillAsync("Present password", ApiClient.Password);
        await marc.PressAsync("Change the password");
        await marc.SeesAsync("Your account");
        await marc.AssertCalmAsync();
    }
}
