using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crypto.Totp;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>The first hour with Palisade, at a real browser: from the printed link to an audited change.</summary>
[Collection(nameof(Browser))]
public sealed partial class NewcomerTests(CrmInstance crm, Chromium chromium) : IClassFixture<CrmInstance>
{
    private const string HardName = "O'Brien & <b>Sons</b>";

    private static readonly string CustomersFile = Path.Combine(AppContext.BaseDirectory, "data", "customers.csv");

    [Fact]
    [Requirement("R209")]
    [Requirement("R210")]
    [Requirement("R340")]
    [Requirement("R363")]
    public async Task A_newcomer_gets_from_the_printed_link_to_an_audited_change()
    {
        await using var ada = await chromium.VisitAsync(crm.Address);
        await SetUpAsync(ada);
        await ImportAsync(ada);
        await FindACustomerAsync(ada);
        await KeepAnEstateAsync(ada);
        await ReadTheLogAsync(ada);

        // The watching of an import may begin a moment before the import has.
        var refusals = ada.Refusals.Where(refusal => !refusal.StartsWith("404 /api/customers/imports/", StringComparison.Ordinal));
        Assert.Equal(["400 /api/estates"], refusals);
    }

    private async Task SetUpAsync(Visitor ada)
    {
        await ada.GoAsync($"/setup#{crm.SetupToken}");
        Assert.Equal("", await ada.Page.EvaluateAsync<string>("location.hash"));
        await ada.FillAsync("Company", "Acme Estates");
        await ada.FillAsync("Your name", "Ada O'Brien");
        await ada.FillAsync("E-mail", "ada@example.com");
        await ada.FillAsync("Password", "short");
        Assert.Equal(["lower"], await KeptRulesAsync(ada));
        await ada.FillAsync("Password", ApiClient.Password);
        Assert.Equal(["length", "lower", "upper", "digit", "special"], await KeptRulesAsync(ada));
        await ada.PictureAsync("1-setup");
        await ada.AssertCalmAsync();
        await ada.PressAsync("Create the account");

        await ada.SeesAsync("Add your authenticator");
        Assert.True(await ada.Page.Locator("#qr").EvaluateAsync<bool>("image => image.decode().then(() => image.naturalWidth > 100)"));
        var shown = (await ada.Page.Locator("#secret").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal);
        Assert.True(TotpSeed.TryFromBase32(shown, out var seed));
        await ada.FillAsync("Six-digit code", Totp.Code(seed, Totp.StepAt(crm.Clock.GetUtcNow())));
        await ada.PictureAsync("2-authenticator");
        await ada.PressAsync("Confirm");

        await ada.SeesAsync("Keep your backup codes");
        var codes = await ada.Page.Locator("#backup-codes li").AllTextContentsAsync();
        Assert.Equal(10, codes.Distinct().Count());
        await ada.PressAsync("Copy");
        Assert.Equal(string.Join('\n', codes), await ada.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        var file = await ada.Page.RunAndWaitForDownloadAsync(() => ada.FollowAsync("Download"));
        Assert.Contains(codes[9], await File.ReadAllTextAsync(await file.PathAsync()), StringComparison.Ordinal);
        await ada.PictureAsync("3-backup-codes");
        await ada.AssertCalmAsync();
        await ada.PressAsync("I have kept them – continue");

        await ada.SeesAsync("Ada O'Brien");
        await ada.AssertCalmAsync();
    }

    private static async Task ImportAsync(Visitor ada)
    {
        await ada.FollowAsync("Import your customers");
        await ada.SeesAsync("Import customers");

        // At the speed of an office line, so that the sending has a middle.
        var line = await ada.Page.Context.NewCDPSessionAsync(ada.Page);
        var office = new Dictionary<string, object> { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = 1_000_000 };
        await line.SendAsync("Network.emulateNetworkConditions", office);
        await ada.Page.EvaluateAsync("""
            () => {
              window.shares = [];
              const bar = document.getElementById('progress');
              new MutationObserver(() => window.shares.push(bar.position)).observe(bar, { attributes: true });
            }
            """);
        await ada.Page.Locator("#file").SetInputFilesAsync(CustomersFile);
        await ada.PressAsync("Import");
        await Assertions.Expect(ada.Page.Locator("#progress:visible")).Not.ToHaveAttributeAsync("value", "0");
        await ada.PictureAsync("4-importing");

        await ada.SeesAsync("9,811 customers imported");
        Assert.Contains(await ada.Page.EvaluateAsync<double[]>("window.shares"), share => share is > 0 and < 1);
        var file = await ada.Page.RunAndWaitForDownloadAsync(() => ada.FollowAsync("Download the list"));
        var told = (await File.ReadAllLinesAsync(await file.PathAsync())).Skip(1).Select(row => row.Split(','));
        Assert.Equal(KnownBadRows(), told.Select(row => (int.Parse(row[0], CultureInfo.InvariantCulture), row[1])));
        await ada.PictureAsync("5-imported");
        await ada.AssertCalmAsync();
    }

    private static async Task FindACustomerAsync(Visitor ada)
    {
        await ada.FollowAsync("See the customers");
        await ada.Page.GetByText("Page 1 of 393").WaitForAsync();
        await ada.FollowAsync("Older");
        await ada.Page.GetByText("Page 2 of 393").WaitForAsync();
        await ada.PictureAsync("6-customers");
        await ada.FillAsync("Find by e-mail", "c20261121-102@example.net");
        await ada.PressAsync("Find");
        await ada.Page.GetByText("1 customer", new() { Exact = true }).WaitForAsync();
        await ada.PressAsync("Ann & Sons <Nairobi>");
        await ada.SeesAsync("Ann & Sons <Nairobi>");
        await ada.PictureAsync("7-customer");
        await ada.FillAsync("Notes optional", "<img src=x onerror=alert(1)> & a wharf");
        await ada.PressAsync("Save");
        await ada.Page.GetByText("Ann & Sons <Nairobi> is saved.").WaitForAsync();
        await ada.AssertCalmAsync();
    }

    private static async Task KeepAnEstateAsync(Visitor ada)
    {
        await ada.FollowAsync("Estates");
        await ada.PressAsync("New estate");
        await ada.FillAsync("Name", HardName);
        await ada.PressAsync("Save");
        await Assertions.Expect(ada.Page.Locator("#location-error")).Not.ToBeEmptyAsync();
        Assert.Equal("location", await ada.Page.EvaluateAsync<string>("document.activeElement.id"));
        await ada.PictureAsync("8-refused");
        await ada.FillAsync("Location", "1 Quay Street");
        await ada.FillAsync("Units", "12");
        await ada.PressAsync("Save");

        await ada.PressAsync(HardName);
        await ada.SeesAsync(HardName);
        await ada.FillAsync("Units", "14");
        await ada.PressAsync("Save");
        await Assertions.Expect(ada.Page.Locator("td.number")).ToHaveTextAsync("14");
        var cell = ada.Page.Locator("tbody th button");
        Assert.Equal(HardName, await cell.TextContentAsync());
        Assert.Equal(0, await cell.Locator("b").CountAsync());
        await ada.AssertCalmAsync();
    }

    private static async Task ReadTheLogAsync(Visitor ada)
    {
        await ada.FollowAsync("Audit");
        var log = ada.Page.Locator("#log");
        await log.GetByText("set this installation up").WaitForAsync();
        var told = await log.InnerTextAsync();
        Assert.Contains("Ada O'Brien imported 9,811 of 10,000 customers", told, StringComparison.Ordinal);
        Assert.Contains($"Ada O'Brien added the estate {HardName}", told, StringComparison.Ordinal);
        Assert.Contains("Ada O'Brien changed notes of a customer", told, StringComparison.Ordinal);
        await log.GetByText("changed total units of an estate").ClickAsync();
        await log.GetByText("12 → 14").WaitForAsync();
        await ada.PictureAsync("9-audit");
        await ada.AssertCalmAsync();

        await ada.Page.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("ESTATE_CREATED");
        await ada.PressAsync("Filter");
        await ada.Page.GetByText("1 entry", new() { Exact = true }).WaitForAsync();
        Assert.Matches(OnlyTheAction(), ada.Page.Url);

        await ada.FollowAsync("Overview");
        await Assertions.Expect(ada.Page.Locator("[data-count='/api/customers']")).ToHaveTextAsync("9,811");
        await ada.PictureAsync("10-overview");
        await ada.AssertCalmAsync();
    }

    private static async Task<IReadOnlyList<string>> KeptRulesAsync(Visitor visitor) =>
        await visitor.Page.Locator("[data-rule][data-kept]").EvaluateAllAsync<string[]>("rules => rules.map(rule => rule.dataset.rule)");

    private static IEnumerable<(int Line, string Field)> KnownBadRows()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(CustomersFile, ".expected.json")));
        var bad = expected.RootElement.GetProperty("bad").EnumerateArray();
        return [.. bad.Select(row => (row.GetProperty("line").GetInt32(), row.GetProperty("field").GetString()!))];
    }

    [GeneratedRegex(@"/console/audit\?action=ESTATE_CREATED\z", RegexOptions.NonBacktracking)]
    private static partial Regex OnlyTheAction();
}
