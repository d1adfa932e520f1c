using Microsoft.Playwright;
using Palisade.Console;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>The pages without a mouse, without sight, and on the smallest phone.</summary>
[Collection(nameof(Browser))]
public sealed class AccessibilityTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    public async Task Every_page_has_one_heading_a_language_names_for_its_controls_and_ids_that_are_unique()
    {
        await using var ada = await VisitAsync(1280, 800);
        foreach (var page in ConsolePages.All)
        {
            await ada.GoAsync(page.AddressOf(company.AdasId));
            Assert.Equal("en", await ada.Page.Locator("html").GetAttributeAsync("lang"));
            Assert.Equal(1, await ada.Page.Locator("h1:visible").CountAsync());
            Assert.Empty(await ada.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('input, select, textarea, button, a[href], progress, img, nav, dialog')]
                  .filter(element => !(element.labels?.length || element.textContent.trim() || element.alt || element.ariaLabel))
                  .filter(element => !document.getElementById(element.getAttribute('aria-labelledby')))
                  .map(element => element.outerHTML)
                """));
            Assert.Empty(await ada.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('[aria-describedby], [aria-labelledby], [aria-controls], label[for]')]
                  .flatMap(element => ['aria-describedby', 'aria-labelledby', 'aria-controls', 'for']
                    .flatMap(name => (element.getAttribute(name) ?? '').split(' ')))
                  .filter(id => id && document.querySelectorAll('#' + CSS.escape(id)).length !== 1)
                """));
        }
    }

    [Fact]
    public async Task Nothing_sticks_out_of_a_screen_of_360_pixels()
    {
        await using var ada = await VisitAsync(360, 640);
        await company.Ada.PostAsync("/api/estates", new { name = new string('W', 100), location = new string('w', 255), totalUnits = 1000 });
        foreach (var page in ConsolePages.All)
        {
            await ada.GoAsync(page.AddressOf(company.AdasId));
            Assert.Equal(360, await ada.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
    }

    [Fact]
    public async Task An_estate_is_added_with_the_keyboard_alone()
    {
        await using var ada = await VisitAsync(1280, 800);
        var keys = ada.Page.Keyboard;
        await ada.GoAsync("/console/estates");
        await keys.PressAsync("Tab");
        await Assertions.Expect(ada.Page.GetByText("Skip to the content")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await keys.PressAsync("Tab");
        await Assertions.Expect(ada.Page.GetByText("New estate").First).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(ada.Page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
        await keys.TypeAsync("Mill");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("Mill Lane 4");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("7");
        await keys.PressAsync("Enter");
        await ada.Page.GetByRole(AriaRole.Status).GetByText("Mill is saved.").WaitForAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Mill", Exact = true }).PressAsync("Enter");
        await ada.SeesAsync("Mill");
        await keys.PressAsync("Escape");
        await Assertions.Expect(ada.Page.GetByRole(AriaRole.Button, new() { Name = "Mill", Exact = true })).ToBeFocusedAsync();
        await ada.AssertCalmAsync();
    }

    [Fact]
    [Asvs("V7.4.4")]
    public async Task Signing_out_is_in_sight_on_every_page_and_done_with_the_keyboard()
    {
        using var mona = await company.Ada.InviteAsync("mona@example.com", "admin");
        await using var visitor = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(visitor, mona);
        var button = visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true });
        foreach (var page in ConsolePages.All.Where(page => !page.IsDoor))
        {
            await visitor.GoAsync(page.AddressOf(company.AdasId));
            await Assertions.Expect(button).ToBeVisibleAsync();
            for (var presses = 0; !await button.EvaluateAsync<bool>("button => button === document.activeElement"); presses++)
            {
                Assert.True(presses < 60, $"{page.Path}: not reached");
                await visitor.Page.Keyboard.PressAsync("Tab");
            }
        }

        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.SeesAsync("Sign in");
        mona.AccessToken = null;
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await mona.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task What_fails_is_said_and_stays_said()
    {
        await using var ada = await VisitAsync(1280, 800);
        await ada.Page.RouteAsync("**/api/estates?*", route => route.AbortAsync());
        await ada.GoAsync("/console/estates");
        await ada.Page.GetByRole(AriaRole.Status).GetByText("The server does not answer.").WaitForAsync();
        Assert.Equal("none", await ada.Page.Locator("#status").EvaluateAsync<string>("status => getComputedStyle(status).animationName"));
        Assert.Empty(ada.Complaints);
    }

    // axe-core is not ours to carry: PALISADE_AXE names its axe.min.js, and --explicit only runs this.
    [Theory(Explicit = true)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_on_any_page(ColorScheme scheme)
    {
        var axe = Environment.GetEnvironmentVariable("PALISADE_AXE");
        Assert.NotNull(axe);
        await using var ada = await VisitAsync(1280, 800, scheme);
        foreach (var page in ConsolePages.All)
        {
            await ada.GoAsync(page.AddressOf(company.AdasId));
            await CheckAsync(ada, axe);
            var dialogs = ada.Page.Locator("dialog");
            for (var index = 0; index < await dialogs.CountAsync(); index++)
            {
                await dialogs.Nth(index).EvaluateAsync("dialog => dialog.showModal()");
                await CheckAsync(ada, axe);
                await dialogs.Nth(index).EvaluateAsync("dialog => dialog.close()");
            }
        }
    }

    private static async Task CheckAsync(Visitor visitor, string axe)
    {
        await visitor.Page.EvaluateAsync(await File.ReadAllTextAsync(axe));
        Assert.Empty(await visitor.Page.EvaluateAsync<string[]>("""
            async () => (await axe.run()).violations.flatMap(found => found.nodes.map(node => `${location.pathname} ${found.id}: ${node.html}`))
            """));
    }

    private async Task<Visitor> VisitAsync(int width, int height, ColorScheme scheme = ColorScheme.Light)
    {
        var ada = await chromium.VisitAsync(company.Crm.Address, width, height, scheme);
        await company.AdmitAsync(ada);
        return ada;
    }
}
