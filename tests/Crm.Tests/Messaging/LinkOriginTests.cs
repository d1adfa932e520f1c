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

    /// <summary>What a route is sent, and by whom.</summary>
    private sealed record Asking(string Path, object Body, bool SignedIn = false);

    /// <summary>Every route that mails a link, what it mails, and how it is made to.</summary>
    private (string Route, string[] Kinds, Func<string, Task<Asking>> Ready)[] Senders =>
    [
        ("/api/admin/users", ["invitation"], name => Admin("/api/admin/users", new { email = NewAddress(name), name = "Somebody", role = "viewer" })),
        ("/auth/register", ["verify_email"], name => Anyone("/auth/register", Registration(NewAddress(name)))),
        ("/auth/verify-email/resend", ["verify_email"], async name =>
        {
            var email = NewAddress(name);
            using var visitor = crm.Crm.NewClient();
            await visitor.PostAsync("/auth/register", Registration(email));
            await crm.Crm.SettleAsync();
            crm.Crm.Clock.Advance(TimeSpan.FromMinutes(3));
            return new Asking("/auth/verify-email/resend", new { email });
        }),
        ("/account/email", ["confirm_new_email", "email_change_requested"], name => Admin("/account/email", new { email = NewAddress(name) })),
        ("/auth/password/forgot", ["password_reset"], async _ => new Asking("/auth/password/forgot", new { email = (await crm.Office.HireAsync("viewer")).Email })),
        ("/api/admin/users/{id:guid}/password-reset", ["password_reset"], async _ =>
            await Admin($"/api/admin/users/{(await crm.Office.HireAsync("viewer")).Id:D}/password-reset", new { })),
        ("/api/admin/users/{id:guid}/reset-mfa", ["recovery_requested"], async _ =>
            await Admin($"/api/admin/users/{(await crm.Office.HireAsync("viewer")).Id:D}/reset-mfa", new { })),
        ("/auth/recovery", ["recovery_requested"], async _ => await RecoveryAsync(await crm.Office.HireAsync("manager"))),
        ("/auth/recovery", ["recovery_ready"], async _ =>
        {
            var person = await crm.Office.HireAsync("manager");
            using var visitor = crm.Crm.NewClient();
            await visitor.PostAsync("/auth/recovery", (await RecoveryAsync(person)).Body);
            crm.Crm.Clock.Advance(TimeSpan.FromHours(25));
            return await RecoveryAsync(person);
        }),
    ];

    [Fact]
    [Invariant("H7")]
    public async Task Every_mailed_link_leads_to_the_configured_origin_whatever_the_request_says()
    {
        var mailed = new HashSet<string>();
        foreach (var (route, kinds, ready) in Senders)
        {
            Assert.Contains(MappedRoute.AllOf(crm.Crm), mapped => mapped.Template == route && mapped.Method == "POST");
            var counted = 0L;
            foreach (var (name, target, lines) in Disguises)
            {
                var asking = await ready(name);
                var before = await CountAsync(kinds[0]);
                await AskAsync(asking, target, lines);
                counted += await CountAsync(kinds[0]) - before;
            }

            // Some of the disguises are refused as requests; those that were not, mailed.
            Assert.True(counted >= 3, $"{route} mailed {counted} of {kinds[0]}: too few for this to say anything");
            mailed.UnionWith(kinds);
        }

        var mails = await MailsAsync();
        var links = mails.SelectMany(mail => mail.Links).ToList();
        Assert.True(links.Count > 30, $"{links.Count} links");
        Assert.All(links, link => Assert.StartsWith($"{crm.Crm.Address.GetLeftPart(UriPartial.Authority)}/console/", link, StringComparison.Ordinal));
        Assert.All(mails, mail => Assert.DoesNotContain(Evil, mail.Text + mail.Html + string.Concat(mail.Headers.Values), StringComparison.OrdinalIgnoreCase));
        Assert.All(mails, mail => Assert.DoesNotContain("4444", mail.Text + mail.Html, StringComparison.Ordinal));

        // A kind of mail with a link that no route above sends would pass unseen.
        Assert.Equal([], Language.All["en"].Templates.Where(template => template.Value.Text.Contains("{link}")).Select(template => template.Key).Except(mailed));
    }

    private static object Registration(string email) => new { email, password = ApiClient.Password, name = "Somebody", company = "Somewhere" };

    private static Task<Asking> Anyone(string path, object body) => Task.FromResult(new Asking(path, body));

    private async Task<Asking> Admin(string path, object body)
    {
        await crm.Office.RenewAsync();
        return new Asking(path, body, SignedIn: true);
    }

    private async Task<Asking> RecoveryAsync(Person person)
    {
        using var visitor = crm.Crm.NewClient();
        return new Asking("/auth/recovery", new { challenge = await person.ChallengeAsync(visitor) });
    }

    private string NewAddress(string disguise) => string.Create(CultureInfo.InvariantCulture, $"{disguise}{++people}@example.com");

    private async Task AskAsync(Asking asking, Func<Uri, string, string> target, Func<Uri, string[]> lines)
    {
        var json = JsonSerializer.Serialize(asking.Body);
        string[] request =
        [
            $"POST {target(crm.Crm.Address, asking.Path)} HTTP/1.1", .. lines(crm.Crm.Address), "Content-Type: application/json", "Connection: close",
            $"Content-Length: {Encoding.UTF8.GetByteCount(json)}", .. asking.SignedIn ? [$"Authorization: Bearer {crm.Office.Admin.AccessToken}", $"Cookie: {crm.Office.Admin.CookieHeader}"] : Array.Empty<string>(), "", json,
        ];
        await RawHttp.AskAsync(crm.Crm, string.Join("\r\n", request));
    }

    private async Task<long> CountAsync(string kind)
    {
        await crm.Crm.SettleAsync();
        return await crm.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE template = $1", kind);
    }

    private async Task<IReadOnlyList<Mail>> MailsAsync()
    {
        await new MailBox(crm.Crm).DeliverAsync();
        var folder = Directory.CreateDirectory(Path.Combine(crm.Crm.Folder, "mail"));
        return [.. folder.GetFiles("*.eml").Select(file => Mail.Read(file.FullName))];
    }

    private static string Own(Uri own) => $"Host: {own.Authority}";
}
