using System.Net;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>What somebody does about their own account, and how they prove that it is still them.</summary>
[Collection(nameof(Browser))]
public sealed class AccountTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    public async Task A_name_is_changed_at_once_and_an_address_after_a_fresh_proof()
    {
        using var client = await HireAsync("nina@example.com", "manager");
        await using var nina = await AdmitAsync(client);
        await nina.PressAsync("Change… the name");
        await Assertions.Expect(nina.Page.Locator("#name")).ToHaveValueAsync("Invited Person");
        await nina.FillAsync("Name", "Nina O'Brien");
        await nina.PressAsync("Save");
        await SaidAsync(nina, "Your name is changed.");
        await Assertions.Expect(nina.Page.Locator("#name-now")).ToHaveTextAsync("Nina O'Brien");

        company.Crm.Clock.Advance(TimeSpan.FromMinutes(11));
        await nina.PressAsync("Change… the address");
        await nina.FillAsync("New address", "nina@new.example");
        await nina.PressAsync("Send the links");
        await nina.SeesAsync("Is it still you?");
        await nina.FillAsync("Six-digit code", "000000");
        await nina.PressAsync("Continue");
        await nina.Page.GetByText("That code is not right, or was used before.").WaitForAsync();
        await nina.Page.Keyboard.PressAsync("Escape");
        await nina.Page.GetByText("Not confirmed, so nothing was changed.").WaitForAsync();
        Assert.Equal(0, await WishesAsync());

        await nina.PressAsync("Send the links");
        await nina.SeesAsync("Is it still you?");
        await nina.FillAsync("Six-digit code", client.NextCode());
        await nina.PressAsync("Continue");
        await SaidAsync(nina, "If the address is free, both mailboxes have a link now.");
        Assert.Equal(1, await WishesAsync());

        // The proof began a new session; the page goes on with its token.
        await nina.PressAsync("Change… the name");
        await nina.FillAsync("Name", "Nina Brien");
        await nina.PressAsync("Save");
        await Assertions.Expect(nina.Page.Locator("#name-now")).ToHaveTextAsync("Nina Brien");
        await nina.AssertCalmAsync();
    }

    [Theory]
    [InlineData("rosa@example.com", "rosa@new.example", "rosa@new.example", "confirm_new_email", "Use this address", "Your address is changed")]
    [InlineData("sven@example.com", "sven@new.example", "sven@example.com", "email_change_requested", "Keep my address", "Your address stays")]
    public async Task Either_mailbox_decides_about_a_move(string address, string wanted, string mailbox, string kind, string button, string end)
    {
        using var client = await HireAsync(address, "viewer");
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/account/email", new { email = wanted })).Status);
        var link = (await new MailBox(company.Crm).LatestAsync(mailbox, kind)).Link;
        await using var reader = await chromium.VisitAsync(company.Crm.Address);
        await reader.GoAsync(link.ToString());
        Assert.Equal("", await reader.Page.EvaluateAsync<string>("location.hash"));
        await reader.PressAsync(button);
        await reader.SeesAsync(end);
        await reader.AssertCalmAsync();
        Assert.Empty(reader.Refusals);
    }

    [Fact]
    public async Task An_authenticator_is_replaced_backup_codes_renewed_and_the_last_factor_stays()
    {
        using var client = await HireAsync("otto@example.com", "manager");
        await using var otto = await AdmitAsync(client);
        await otto.PressAsync("Remove… the authenticator");
        await otto.PressAsync("Remove");
        await otto.Page.GetByText("This is the last factor. Add another one first.").WaitForAsync();
        await otto.PressAsync("Cancel");

        await otto.FollowAsync("Replace");
        await otto.PressAsync("Begin");
        await otto.SeesAsync("Add your authenticator");
        TotpSeed.TryFromBase32((await otto.Page.Locator("#secret").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal), out var seed);
        await otto.FillAsync("Six-digit code", Totp.Code(seed!, Totp.StepAt(company.Crm.Clock.GetUtcNow())));
        await otto.PressAsync("Confirm");
        await otto.SeesAsync("Keep your backup codes");
        var first = await CodesAsync(otto);
        await otto.PressAsync("I have kept them – continue");

        await otto.SeesAsync("Your account");
        await otto.FollowAsync("New codes");
        await otto.PressAsync("Make new codes");
        await otto.SeesAsync("Keep your backup codes");
        Assert.Empty((await CodesAsync(otto)).Intersect(first));
        await otto.PressAsync("I have kept them – continue");
        await otto.Page.GetByText("10 codes left").WaitForAsync();
        await otto.AssertCalmAsync();
    }

    [Fact]
    public async Task A_passkey_is_added_renamed_and_proves_its_own_removal()
    {
        using var client = await HireAsync("pia@example.com", "manager");
        await using var pia = await AdmitAsync(client, passkeys: true);
        await pia.PressAsync("Add a passkey…");
        await pia.FillAsync("Name", "Laptop");
        await pia.PressAsync("Continue");
        await SaidAsync(pia, "The passkey is added.");
        await pia.PressAsync("Rename… Laptop");
        await Assertions.Expect(pia.Page.Locator("#passkey-new-name")).ToHaveValueAsync("Laptop");
        await pia.FillAsync("Name", "Work laptop");
        await pia.PressAsync("Save");
        await SaidAsync(pia, "The passkey has its new name.");

        company.Crm.Clock.Advance(TimeSpan.FromMinutes(11));
        await pia.PressAsync("Remove… Work laptop");
        await Assertions.Expect(pia.Page.Locator("#remove-passkey")).ToContainTextAsync("Work laptop does not open your account any more");
        await pia.PressAsync("Remove");
        await pia.SeesAsync("Is it still you?");
        await pia.PressAsync("Use a passkey");
        await SaidAsync(pia, "Work laptop is removed.");
        Assert.Equal(0, await pia.Page.Locator("#passkeys li").CountAsync());
        await pia.AssertCalmAsync();
    }

    [Fact]
    public async Task A_device_that_is_trusted_is_asked_for_no_second_factor_until_it_is_forgotten()
    {
        using var client = await HireAsync("quin@example.com", "manager");
        await using var quin = await chromium.VisitAsync(company.Crm.Address);
        await SignInAsync(quin);
        await quin.FillAsync("Six-digit code", client.NextCode());
        await quin.Page.GetByLabel("Do not ask again on this device for 30 days").CheckAsync();
        await quin.PressAsync("Sign in");
        await quin.SeesAsync("Invited Person");
        await quin.PressAsync("Sign out");
        await quin.SeesAsync("Sign in");
        await SignInAsync(quin);
        await quin.SeesAsync("Invited Person");

        await quin.FollowAsync("Your account");
        var device = quin.Page.Locator("#devices > li").Filter(new() { HasText = "this one" });
        await Assertions.Expect(device).ToContainTextAsync("asked for no second factor until");
        await device.GetByRole(AriaRole.Button).ClickAsync();
        await quin.PressAsync("Forget it");
        await quin.SeesAsync("Sign in");
        await SignInAsync(quin);
        await quin.SeesAsync("One more step");
        await quin.AssertCalmAsync();
    }

    private static async Task SignInAsync(Visitor visitor)
    {
        await visitor.GoAsync("/console/sign-in");
        await visitor.FillAsync("E-mail", "quin@example.com");
        await visitor.FillAsync("Password", ApiClient.Password);
        await visitor.PressAsync("Sign in");
    }

    private static Task SaidAsync(Visitor visitor, string text) => visitor.Page.GetByRole(AriaRole.Status).GetByText(text).WaitForAsync();

    private static async Task<IReadOnlyList<string>> CodesAsync(Visitor visitor)
    {
        var codes = await visitor.Page.Locator("#backup-codes li").AllTextContentsAsync();
        Assert.Equal(10, codes.Distinct().Count());
        return codes;
    }

    private Task<long> WishesAsync() => company.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM accounts.email_changes");

    // Time moves in these tests, and to invite takes a recent proof.
    private async Task<ApiClient> HireAsync(string email, string role)
    {
        await company.Ada.SignInAsync(Company.AdasAddress);
        return await company.Ada.InviteAsync(email, role);
    }

    private async Task<Visitor> AdmitAsync(ApiClient client, bool passkeys = false)
    {
        var visitor = await chromium.VisitAsync(company.Crm.Address);
        if (passkeys)
        {
            await visitor.HoldPasskeysAsync();
        }

        await company.AdmitAsync(visitor, client);
        await visitor.GoAsync("/console");
        await visitor.FollowAsync("Your account");
        await visitor.SeesAsync("Your account");
        return visitor;
    }
}
