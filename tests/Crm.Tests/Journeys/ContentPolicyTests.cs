using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Console;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>What a browser makes of the pages' content policy: ours runs, and nothing else.</summary>
[Collection(nameof(Browser))]
public sealed partial class ContentPolicyTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    private const string Injection = """<script>window.hacked = 1</script><img src="data:," onerror="window.hacked = 2">""";

    [Fact]
    [Requirement("R144")]
    [Requirement("R340")]
    public async Task Every_page_works_without_an_inline_style_or_a_violation()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        foreach (var page in ConsolePages.All)
        {
            var answer = await ada.Page.GotoAsync(page.AddressOf(company.AdasId), new() { WaitUntil = WaitUntilState.NetworkIdle });
            var policy = answer!.Headers["content-security-policy"];
            Assert.DoesNotContain("unsafe-inline", policy, StringComparison.Ordinal);
            Assert.Equal(0, await ada.Page.Locator("[style], style").CountAsync());
            await ada.AssertCalmAsync();
        }

        Assert.Empty(ada.Refusals);
    }

    [Fact]
    [Requirement("R142")]
    public async Task Each_answer_has_a_nonce_of_its_own_and_a_script_without_it_does_not_run()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        var nonces = new HashSet<string>();
        for (var visit = 0; visit < 2; visit++)
        {
            var answer = await ada.Page.GotoAsync("/console");
            var nonce = Nonce().Match(answer!.Headers["content-security-policy"]).Groups[1].Value;
            Assert.Contains($"nonce=\"{nonce}\"", WebUtility.HtmlDecode(await answer.TextAsync()), StringComparison.Ordinal);
            nonces.Add(nonce);
        }

        Assert.Equal(2, nonces.Count);

        await ada.Page.RouteAsync("**/console/estates", async route =>
        {
            var answer = await route.FetchAsync();
            var injected = (await answer.TextAsync()).Replace("<main", $"{Injection}<main", StringComparison.Ordinal);
            await route.FulfillAsync(new() { Response = answer, Body = injected });
        });
        await ada.GoAsync("/console/estates");
        await ada.SeesAsync("Estates");
        Assert.Equal("undefined", await ada.Page.EvaluateAsync<string>("typeof window.hacked"));
        Assert.Contains(ada.Complaints, complaint => complaint.StartsWith("policy: script-src-elem inline", StringComparison.Ordinal));
        Assert.Contains(ada.Complaints, complaint => complaint.StartsWith("policy: script-src-attr inline", StringComparison.Ordinal));
    }

    [GeneratedRegex("'nonce-([^']{22,})'", RegexOptions.NonBacktracking)]
    private static partial Regex Nonce();
}
