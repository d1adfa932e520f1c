using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>A browser page that is watched: what went wrong on it, and where it reached out to.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<string> refusals = new();
    private readonly ConcurrentQueue<string> strangers = new();

    private Visitor(IBrowserContext context, IPage page, Uri address)
    {
        this.context = context;
        Page = page;
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // A refused request is told here too, without its address; Refusals has it with.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                complaints.Enqueue(message.Text);
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                refusals.Enqueue($"{response.Status} {new Uri(response.Url).AbsolutePath}");
            }
        };
        page.Request += (_, request) =>
        {
            var target = new Uri(request.Url);
            if (target.Scheme is not ("data" or "blob") && target.GetLeftPart(UriPartial.Authority) != address.GetLeftPart(UriPartial.Authority))
            {
                strangers.Enqueue(request.Url);
            }
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Requests that were answered with an error, in order, as <c>400 /api/estates</c>.</summary>
    public IReadOnlyCollection<string> Refusals => refusals;

    /// <summary>Violations of the content policy, errors and warnings of scripts.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    internal static async Task<Visitor> InAsync(IBrowserContext context, Uri address)
    {
        // A violation is also an event, whatever the console says of it.
        await context.AddInitScriptAsync("""
            addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error(`policy: ${violatedDirective} ${blockedURI}`))
            """);
        return new Visitor(context, await context.NewPageAsync(), address);
    }

    /// <summary>Opens an address of the instance.</summary>
    public Task GoAsync(string path) => Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

    /// <summary>Types into the field with this label.</summary>
    public Task FillAsync(string label, string text) => Page.GetByLabel(label, new() { Exact = true }).Locator("visible=true").FillAsync(text);

    /// <summary>Presses the button with these words.</summary>
    public Task PressAsync(string words) => Page.GetByRole(AriaRole.Button, new() { Name = words, Exact = true }).ClickAsync();

    /// <summary>Follows the link with these words.</summary>
    public Task FollowAsync(string words) => Page.GetByRole(AriaRole.Link, new() { Name = words, Exact = true }).ClickAsync();

    /// <summary>Waits until the page has this heading; tells what it has instead when it never comes.</summary>
    public async Task SeesAsync(string heading)
    {
        try
        {
            await Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true }).WaitForAsync();
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No '{heading}' at {Page.Url}, after {string.Join(", ", refusals)}. {string.Join(' ', complaints)}\n{await Page.InnerTextAsync("body")}");
        }
    }

    /// <summary>Everything a script on this page could read and keep: nothing, when all is well.</summary>
    public async Task<string[]> ReadableStateAsync() => await Page.EvaluateAsync<string[]>(
        "() => [...Object.entries(localStorage), ...Object.entries(sessionStorage), document.cookie].map(String).filter(Boolean)");

    /// <summary>Keeps a picture among the build's artifacts.</summary>
    public Task PictureAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Artifacts, $"{name}.png"), FullPage = true });

    /// <summary>Gives the browser an authenticator that holds passkeys and always agrees.</summary>
    public async Task HoldPasskeysAsync()
    {
        var devtools = await Page.Context.NewCDPSessionAsync(Page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    /// <summary>Fails when the page did not load cleanly, kept something a script could read, or talked to anybody else.</summary>
    public async Task AssertCalmAsync()
    {
        Assert.Empty(complaints);
        Assert.Empty(strangers);
        Assert.Empty(await ReadableStateAsync());
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private static string Artifacts => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "journeys"));
}
