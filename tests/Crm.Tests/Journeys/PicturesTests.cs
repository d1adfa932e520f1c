using System.Runtime.CompilerServices;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>Writes the pictures of the documentation (docs/images); run it with <c>--explicit only</c>.</summary>
[Collection(nameof(Browser))]
public sealed class PicturesTests(CrmInstance crm, Chromium chromium) : IClassFixture<CrmInstance>
{
    private static readonly (string Name, string Location, int Units)[] Portfolio =
    [
        ("Harbour House", "1 Quay Street, Mombasa", 12),
        ("Orchard Court", "18 Riverside Drive, Nairobi", 48),
        ("The Granary", "Mill Lane 4, Utrecht", 9),
        ("Lindenhof", "Lindenstraße 77, Berlin", 31),
        ("St. Anne’s Yard", "22 Dock Road, Bristol", 16),
        ("Bellevue", "Rue des Carmes 9, Lyon", 24),
    ];

    [Fact(Explicit = true)]
    public async Task The_pictures_of_the_documentation_are_taken()
    {
        await using var desk = await chromium.VisitAsync(crm.Address, 1280, 800, scale: 1.5f);
        await SetUpAsync(desk);
        await FillAsync(desk);
        await TakeAsync(desk, "overview", "/console");
        await TakeAsync(desk, "estates", "/console/estates");
        await TakeAsync(desk, "people", "/console/people");
        await desk.FollowAsync("Jonas Weber");
        await desk.SeesAsync("Jonas Weber");
        await desk.Page.GetByText("Invited, and has not accepted yet.").WaitForAsync();
        await SaveAsync(desk, "person");
        await TakeAsync(desk, "account", "/console/account");
        await desk.GoAsync("/console/audit?entity=estate");
        await desk.Page.GetByText("changed total units of an estate").ClickAsync();
        await SaveAsync(desk, "audit");

        await desk.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await TakeAsync(desk, "overview-dark", "/console");
        await OpenHarbourHouseAsync(desk, "estate-dark");
        await desk.GoAsync("/console/account");
        await desk.PressAsync("Change… the address");
        await SaveAsync(desk, "address-dark");

        await desk.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await desk.Page.SetViewportSizeAsync(390, 844);
        await TakeAsync(desk, "overview-phone", "/console");
        await TakeAsync(desk, "audit-phone", "/console/audit");
        await TakeAsync(desk, "estates-phone", "/console/estates");
        await TakeAsync(desk, "account-phone", "/console/account");
        await OpenHarbourHouseAsync(desk, "estate-phone");
        await desk.GoAsync("/console");
        await desk.PressAsync("Sign out");
        await desk.SeesAsync("Sign in");
        await SaveAsync(desk, "sign-in-phone");
    }

    private async Task SetUpAsync(Visitor ada)
    {
        await ada.GoAsync($"/setup#{crm.SetupToken}");
        await ada.FillAsync("Company", "Acme Estates");
        await ada.FillAsync("Your name", "Ada Okafor");
        await ada.FillAsync("E-mail", "ada@acme.example");
        await ada.FillAsync("Password", ApiClient.Password);
        await SaveAsync(ada, "setup");
        await ada.PressAsync("Create the account");
        await ada.SeesAsync("Add your authenticator");
        TotpSeed.TryFromBase32((await ada.Page.Locator("#secret").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal), out var seed);
        await ada.FillAsync("Six-digit code", Totp.Code(seed!, Totp.StepAt(crm.Clock.GetUtcNow())));
        await SaveAsync(ada, "authenticator");
        await ada.PressAsync("Confirm");
        await ada.PressAsync("I have kept them – continue");
        await ada.SeesAsync("Ada Okafor");
    }

    private static async Task FillAsync(Visitor ada)
    {
        await ada.GoAsync("/console/customers/import");
        await ada.Page.Locator("#file").SetInputFilesAsync(Path.Combine(AppContext.BaseDirectory, "data", "customers.csv"));
        await ada.PressAsync("Import");
        await ada.SeesAsync("9,811 customers imported");
        await SaveAsync(ada, "imported");
        await ada.GoAsync("/console/estates");
        foreach (var (name, location, units) in Portfolio)
        {
            await ada.PressAsync("New estate");
            await ada.FillAsync("Name", name);
            await ada.FillAsync("Location", location);
            await ada.FillAsync("Units", $"{units}");
            await ada.PressAsync("Save");
            await ada.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).WaitForAsync();
        }

        await ada.PressAsync("Harbour House");
        await ada.FillAsync("Units", "14");
        await ada.PressAsync("Save");
        await ada.Page.GetByText("Harbour House is saved.").WaitForAsync();
        await ada.GoAsync("/console/people");
        foreach (var (name, role) in new[] { ("Jonas Weber", "manager"), ("Mei-Lin Tan", "agent"), ("Tomás O’Brien", "accountant") })
        {
            await ada.PressAsync("Invite somebody");
            await ada.FillAsync("Name", name);
            await ada.FillAsync("E-mail", $"{name.Split(' ')[0].ToLowerInvariant().Replace('á', 'a')}@acme.example");
            await ada.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(role);
            await ada.PressAsync("Make the invitation");
            await ada.SeesAsync("The invitation is ready");
            await ada.PressAsync("Done");
        }
    }

    private static async Task OpenHarbourHouseAsync(Visitor visitor, string name)
    {
        await visitor.GoAsync("/console/estates");
        await visitor.PressAsync("Harbour House");
        await visitor.SeesAsync("Harbour House");
        await SaveAsync(visitor, name);
    }

    private static async Task TakeAsync(Visitor visitor, string name, string path)
    {
        await visitor.GoAsync(path);
        await SaveAsync(visitor, name);
    }

    private static async Task SaveAsync(Visitor visitor, string name) =>
        await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder(), $"{name}.png"), Animations = ScreenshotAnimations.Disabled });

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "images"));
}
