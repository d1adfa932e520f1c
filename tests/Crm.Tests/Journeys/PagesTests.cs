using System.Net;
using System.Text.RegularExpressions;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>The console's pages as HTTP: who gets what, and what every answer says of itself.</summary>
[Collection(nameof(Browser))]
public sealed partial class PagesTests(Company company) : IClassFixture<Company>
{
    private readonly CrmInstance crm = company.Crm;
    private readonly ApiClient ada = company.Ada;

    [Theory]
    [InlineData("/console")]
    [InlineData("/console/estates")]
    [InlineData("/console/audit")]
    [InlineData("/console/no-such-page")]
    public async Task Who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(string path)
    {
        using var nobody = crm.NewClient();
        var page = await nobody.GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.Equal($"/console/sign-in?next={Uri.EscapeDataString(path)}", page.Headers.Location!.OriginalString);
        Assert.Equal("", page.Text);
    }

    [Theory]
    [InlineData("/console/estates", "/console/estates")]
    [InlineData("/console/people/0196d4f1-9e0c-7000-8000-000000000001", "/console/people/0196d4f1-9e0c-7000-8000-000000000001")]
    [InlineData("/console/people/{id:guid}", "/console")]
    [InlineData("/console/people/1/../../../auth/logout", "/console")]
    [InlineData("//elsewhere.example", "/console")]
    [InlineData("https://elsewhere.example/console", "/console")]
    [InlineData("/\\elsewhere.example", "/console")]
    [InlineData("/console/../auth/logout", "/console")]
    [InlineData("/console/sign-in", "/console")]
    [Asvs("V3.7.2")]
    public async Task A_sign_in_leads_to_a_page_of_the_console_and_nowhere_else(string asked, string next)
    {
        using var nobody = crm.NewClient();
        var page = await nobody.GetAsync($"/console/sign-in?next={Uri.EscapeDataString(asked)}");
        Assert.Contains($"data-next=\"{next}\"", page.Text, StringComparison.Ordinal);
        Assert.Equal(next, (await ada.GetAsync($"/console/sign-in?next={Uri.EscapeDataString(asked)}")).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_menu_has_what_the_role_allows_and_a_page_beyond_it_says_so()
    {
        using var vera = await ada.InviteAsync("vera@example.com", "viewer");
        vera.AccessToken = null;
        Assert.Equal(["Overview", "Estates", "Customers"], await MenuAsync(vera));
        Assert.Equal(["Overview", "Estates", "Customers", "People", "Audit"], await MenuAsync(ada));
        var estates = (await vera.GetAsync("/console/estates")).Text;
        Assert.DoesNotContain("id=\"new\"", estates, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"save\"", estates, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"delete\"", estates, StringComparison.Ordinal);

        var beyond = await vera.GetAsync("/console/people");
        Assert.Equal(HttpStatusCode.Forbidden, beyond.Status);
        Assert.Contains("Not part of your role", beyond.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"list\"", beyond.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_holds_nobodys_data()
    {
        await ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        foreach (var page in Console.ConsolePages.All)
        {
            var text = (await ada.GetAsync(page.AddressOf(company.AdasId))).Text;
            Assert.DoesNotContain(Company.AdasAddress, text, StringComparison.Ordinal);
            Assert.DoesNotContain("Ada Admin", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Harbour House", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Requirement("R210")]
    public async Task A_stored_script_comes_back_to_the_letter_under_a_type_that_no_browser_runs()
    {
        const string Name = "<script>alert('Ann & Sons')</script>";
        var created = await ada.PostAsync("/api/estates", new { name = Name, location = "1 Quay Street", totalUnits = 12 });
        var read = await ada.GetAsync($"/api/estates/{created["id"]}");
        Assert.Equal(Name, read["name"]);
        Assert.Equal("application/json", read.ContentHeaders.ContentType!.MediaType);
        Assert.Equal("nosniff", read.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task The_first_administrators_page_and_its_endpoint_share_an_address()
    {
        using var nobody = crm.NewClient();
        var page = await nobody.GetAsync("/setup");
        Assert.Equal("text/html", page.ContentHeaders.ContentType!.MediaType);
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("validation_failed", (await nobody.PostAsync("/setup", new { })).Code);
    }

    [Fact]
    [Requirement("R164")]
    public async Task Pages_and_answers_are_never_stored_and_the_files_of_a_build_for_a_year()
    {
        var page = await ada.GetAsync("/console");
        Assert.True(page.Headers.CacheControl!.NoStore);
        Assert.True((await ada.GetAsync("/account")).Headers.CacheControl!.NoStore);
        Assert.True((await ada.GetAsync("/api/estates")).Headers.CacheControl!.NoStore);

        var script = AssetAddress().Match(page.Text).Value;
        var asset = await ada.GetAsync(script);
        Assert.Equal("public, max-age=31536000, immutable", asset.Headers.CacheControl!.ToString());
        Assert.Equal("text/javascript", asset.ContentHeaders.ContentType!.MediaType);
        Assert.Contains("Accept-Encoding", asset.Headers.Vary);
        Assert.Equal("not_found", (await ada.GetAsync(script.Replace("/assets/", "/assets/0", StringComparison.Ordinal))).Code);
        Assert.Equal("not_found", (await ada.GetAsync(script.Replace("overview.js", "..%2fPalisade.Console.dll", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task A_file_of_the_console_travels_compressed_to_who_takes_it_so()
    {
        var address = AssetAddress().Match((await ada.GetAsync("/console")).Text).Value;
        var plain = await ada.GetAsync(address);
        var small = await ada.SendAsync(HttpMethod.Get, address, null, ("Accept-Encoding", "gzip, br"));
        Assert.Empty(plain.ContentHeaders.ContentEncoding);
        Assert.Equal(["br"], small.ContentHeaders.ContentEncoding);
        Assert.True(small.ContentHeaders.ContentLength < plain.ContentHeaders.ContentLength);
    }

    private static async Task<IEnumerable<string>> MenuAsync(ApiClient who) =>
        MenuWord().Matches((await who.GetAsync("/console")).Text).Select(word => word.Groups[1].Value);

    [GeneratedRegex("<li><a href=\"[^\"]+\"[^>]*>([^<]+)</a></li>", RegexOptions.NonBacktracking)]
    private static partial Regex MenuWord();

    [GeneratedRegex("/console/assets/[0-9a-f]{16}/overview.js", RegexOptions.NonBacktracking)]
    private static partial Regex AssetAddress();
}
