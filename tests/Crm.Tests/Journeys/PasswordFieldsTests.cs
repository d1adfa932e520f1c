using Microsoft.Playwright;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>Every field of the console that takes a password: hidden until asked, and open to password managers.</summary>
[Collection(nameof(Browser))]
public sealed class PasswordFieldsTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    private const string Fields = "input[autocomplete$='-password']";

    [Fact]
    [Asvs("V6.2.6", "V6.2.7")]
    public async Task Each_hides_what_is_typed_shows_it_on_request_and_takes_what_is_pasted()
    {
        using var client = await company.Ada.InviteAsync("fields@example.com", "viewer");
        await using var visitor = await chromium.VisitAsync(company.Crm.Address);
        var seen = new List<string>();
        foreach (var page in Console.ConsolePages.All.Where(page => page.IsDoor))
        {
            await visitor.GoAsync(page.AddressOf(Guid.Empty));
            await CheckAllAsync(visitor, page.Path, seen);
        }

        await company.AdmitAsync(visitor, client);
        await visitor.GoAsync("/console/change-password");
        await CheckAllAsync(visitor, "/console/change-password", seen);

        // Whoever has no factor shows the password again for what is sensitive.
        company.Crm.Clock.Advance(TimeSpan.FromMinutes(11));
        await visitor.GoAsync("/console/account");
        await visitor.PressAsync("Change… the address");
        await visitor.FillAsync("New address", "fields@new.example");
        await visitor.PressAsync("Send the links");
        await visitor.SeesAsync("Is it still you?");
        await CheckAsync(visitor, visitor.Page.Locator("#proof"), "step-up", hasButton: false);

        // Each use of a password field in the console's sources, so that a new page cannot be forgotten.
        Assert.Equal(Uses(), seen.Count);
        Assert.Empty(visitor.Complaints);
    }

    private static async Task CheckAllAsync(Visitor visitor, string path, List<string> seen)
    {
        // Some belong to a step that comes later.
        await visitor.Page.EvaluateAsync("() => { for (const hidden of document.querySelectorAll('main [hidden]')) hidden.hidden = false; }");
        foreach (var field in await visitor.Page.Locator($"main {Fields}").AllAsync())
        {
            var id = $"{path} {await field.GetAttributeAsync("id")}";
            await CheckAsync(visitor, field, id, hasButton: true);
            seen.Add(id);
        }
    }

    private static async Task CheckAsync(Visitor visitor, ILocator field, string id, bool hasButton)
    {
        Assert.True(await field.GetAttributeAsync("type") == "password", $"{id} shows what is typed");
        Assert.Matches("current-password|new-password", await field.GetAttributeAsync("autocomplete"));
        await PasteAsync(visitor, field, "Pasted horse 7 battery!");
        Assert.True(await field.InputValueAsync() == "Pasted horse 7 battery!", $"{id} takes no paste");
        foreach (var act in new[] { "paste", "copy", "drop" })
        {
            var isLeftAlone = await field.EvaluateAsync<bool>(
                "(field, act) => field['on' + act] === null && field.dispatchEvent(new Event(act, { bubbles: true, cancelable: true }))", act);
            Assert.True(isLeftAlone, $"{id} hinders {act}");
        }

        if (hasButton)
        {
            var show = field.Locator("xpath=..").Locator(".show-password");
            await show.ClickAsync();
            Assert.Equal("text", await field.GetAttributeAsync("type"));
            await show.ClickAsync();
            Assert.Equal("password", await field.GetAttributeAsync("type"));
        }
    }

    /// <summary>As a person would: copied elsewhere on the page, and pasted by the keyboard.</summary>
    private static async Task PasteAsync(Visitor visitor, ILocator field, string text)
    {
        await field.EvaluateAsync(
            "(field, text) => { const other = document.createElement('textarea'); other.id = 'elsewhere'; other.value = text; field.before(other); other.select(); }", text);
        await visitor.Page.Keyboard.PressAsync("Control+C");
        await visitor.Page.EvaluateAsync("() => document.querySelector('#elsewhere').remove()");
        await field.FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Control+A");
        await visitor.Page.Keyboard.PressAsync("Control+V");
    }

    private static int Uses()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(root.FullName, "apps", "Console", "Pages")))
        {
            root = root.Parent!;
        }

        return Directory.GetFiles(Path.Combine(root.FullName, "apps", "Console", "Pages"), "*.razor").Sum(file => System.Text.RegularExpressions.Regex.Count(File.ReadAllText(file), "<(New)?PasswordField"));
    }
}
