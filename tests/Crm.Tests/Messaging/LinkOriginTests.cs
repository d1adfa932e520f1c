using System.Globalization;
using System.Text;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;
using Palisade.Messaging.Internal;

namespace Palisade.Crm.Tests.Messaging;

/// <summary>Whatever a request says of the host it was sent to, what is mailed leads to <c>PUBLIC_URL</c> (H7).</summary>
public sealed class LinkOriginTests(CrmOffice crm) : IClassFixture<CrmOffice>
{
    private const string Evil = "evil.example";

    // Each becomes one request: the target it names, and its lines about the host.
    private static readonly (string Name, Func<Uri, string, string> Target, Func<Uri, string[]> Lines)[] Disguises =
    [
        ("host", (_, path) => path, _ => [$"Host: {Evil}"]),
        ("port", (_, path) => path, own => [$"Host: {own.Host}:4444"]),
        ("forwarded", (_, path) => path, own => [Own(own), $"X-Forwarded-Host: {Evil}", $"X-Forwarded-Proto: http", $"Forwarded: host={Evil};proto=http", $"X-Original-Host: {Evil}"]),
        ("rewritten", (_, path) => path, own => [Own(own), $"X-Host: {Evil}", $"X-Rewrite-Url: https://{Evil}/", $"X-Forwarded-Prefix: //{Evil}", $"Referer: https://{Evil}/"]),
        ("absolute", (_, path) => $"https://{Evil}{path}", _ => [$"Host: {Evil}"]),
        ("contradiction", (_, path) => $"https://{Evil}{path}", own => [Own(own)]),
        ("twice", (_, path) => path, own => [Own(own), $"Host: {Evil}"]),
        ("userinfo", (_, path) => path, own => [$"Host: {own.Authority}@{Evil}"]),
    ];

    private int people;

    /// <summary>Every route that mails a link, and how it is made to.</summary>
    private static (string Route, string[] Kinds, Func<string, object> Body, bool SignedIn)[] Senders =>
    [
        ("/api/admin/users", ["invitation"], email => new { email, name = "Somebody", role = "viewer" }, true),
        ("/auth/register", ["verify_email"], email => new { email, password = ApiClient.Password, name = "Somebody", company = "Somewhere" }, false),
        ("/auth/verify-email/resend", ["verify_email"], email => new { email }, false),
        ("/account/email", ["confirm_new_email", "email_change_requested"], email => new { email }, true),
        ("/auth/password/forgot", ["password_reset"], email => new { email }, false),
    ];

    [Fact]
    public async Task Every_mailed_link_leads_to_the_configured_origin_whatever_the_request_says()
    {
        var mailed = new HashSet<string>();
        foreach (var (route, kinds, body, signedIn) in Senders.Where(sender => IsMapped(sender.Route)))
        {
            var before = await KindsAsync();
            foreach (var (name, target, lines) in Disguises)
            {
                await AskAsync(route, target, lines, await ReadyAsync(route, name), body, signedIn);
            }

            // Some of the disguises are refused as requests; those that were not, mailed.
            var after = await KindsAsync();
            Assert.All(kinds, kind => Assert.True(
                after.GetValueOrDefault(kind) >= before.GetValueOrDefault(kind) + 3, $"{route} mailed too few of {kind} for this to say anything"));
            mailed.UnionWith(kinds);
        }

        var mails = await MailsAsync();
        var links = mails.SelectMany(mail => mail.Links).ToList();
        Assert.True(links.Count > 20, $"{links.Count} links");
        Assert.All(links, link => Assert.StartsWith($"{crm.Crm.Address.GetLeftPart(UriPartial.Authority)}/console/", link, StringComparison.Ordinal));
        Assert.All(mails, mail => Assert.DoesNotContain(Evil, mail.Text + mail.Html + string.Concat(mail.Headers.Values), StringComparison.OrdinalIgnoreCase));
        Assert.All(mails, mail => Assert.DoesNotContain("4444", mail.Text + mail.Html, StringComparison.Ordinal));
        AssertNoneIsForgotten(mailed);
    }

    /// <summary>A kind of mail with a link that no route above sends would pass unseen.</summary>
    private void AssertNoneIsForgotten(HashSet<string> mailed)
    {
        string[] recoveries = ["recovery_requested", "recovery_ready"]; // behind a challenge: their tests are with Mfa
        var linked = Language.All["en"].Templates.Where(template => template.Value.Text.Contains("{link}")).Select(template => template.Key);
        var unmapped = Senders.Where(sender => !IsMapped(sender.Route)).SelectMany(sender => sender.Kinds);
        Assert.Equal([], linked.Except(mailed).Except(unmapped).Except(recoveries));
    }

    /// <summary>An address to which this route would mail.</summary>
    private async Task<string> ReadyAsync(string route, string disguise)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"{disguise}{++people}@example.com");
        if (route == "/auth/verify-email/resend")
        {
            using var visitor = crm.Crm.NewClient();
            await visitor.PostAsync("/auth/register", new { email, password = ApiClient.Password, name = "Somebody", company = "Somewhere" });
        }

        return route == "/auth/password/forgot" ? (await crm.Office.HireAsync("viewer")).Email : email;
    }

    private async Task AskAsync(
        string route, Func<Uri, string, string> target, Func<Uri, string[]> lines, string email, Func<string, object> body, bool signedIn)
    {
        var json = JsonSerializer.Serialize(body(email));
        string[] request =
        [
            $"POST {target(crm.Crm.Address, route)} HTTP/1.1", .. lines(crm.Crm.Address), "Content-Type: application/json", "Connection: close",
            $"Content-Length: {Encoding.UTF8.GetByteCount(json)}", .. signedIn ? [$"Authorization: Bearer {crm.Office.Admin.AccessToken}", $"Cookie: {crm.Office.Admin.CookieHeader}"] : Array.Empty<string>(), "", json,
        ];
        await RawHttp.AskAsync(crm.Crm, string.Join("\r\n", request));
    }

    private bool IsMapped(string route) => MappedRoute.AllOf(crm.Crm).Any(mapped => mapped.Template == route && mapped.Method == "POST");

    private async Task<Dictionary<string, int>> KindsAsync() => (await MailsAsync()).GroupBy(mail => mail.Kind).ToDictionary(group => group.Key, group => group.Count());

    private async Task<IReadOnlyList<Mail>> MailsAsync()
    {
        await new MailBox(crm.Crm).DeliverAsync();
        var folder = Directory.CreateDirectory(Path.Combine(crm.Crm.Folder, "mail"));
        return [.. folder.GetFiles("*.eml").Select(file => Mail.Read(file.FullName))];
    }

    private static string Own(Uri own) => $"Host: {own.Authority}";
}
