using System.Collections.Concurrent;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Attacks;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>One browser, one sign-in, fifty tabs that all refresh at once, and a network that loses answers.</summary>
[Collection(nameof(Browser))]
public sealed class TabsTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    private const int Tabs = 50;

    [Fact]
    public async Task Fifty_tabs_that_refresh_at_once_and_lose_answers_stay_signed_in_as_one_family()
    {
        var crm = company.Crm;
        await using var ada = await chromium.VisitAsync(crm.Address);
        await company.AdmitAsync(ada);
        var context = ada.Page.Context;
        var (lost, random) = (0, new Random(20261121));
        using var network = new HttpClient(new SocketsHttpHandler { UseCookies = false, SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Issuer == "CN=Palisade development CA" } });
        await context.RouteAsync("**/auth/refresh", async route =>
        {
            if (!ShallBeLost())
            {
                await route.ContinueAsync();
                return;
            }

            // The server processes it, commit and all, and the browser never hears of it: neither of its body nor of its cookies.
            using var request = new HttpRequestMessage(HttpMethod.Post, route.Request.Url);
            foreach (var (name, value) in (await route.Request.AllHeadersAsync()).Where(header => header.Key is "cookie" or "origin" or "sec-fetch-site"))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var answer = await network.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode);
            await route.AbortAsync("connectionreset");
        });
        var pages = new ConcurrentBag<IPage> { ada.Page };
        await ada.Page.GotoAsync("/console");
        while (pages.Count < Tabs)
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync("/console", new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            pages.Add(page);
        }

        for (var round = 0; round < 3; round++)
        {
            // As a page has to: one tab of a browser at a time, and a lost answer is asked for again at once.
            var answers = await Task.WhenAll(pages.Select(page => page.EvaluateAsync<int>(
                """
                () => navigator.locks.request('refresh', async () => {
                    for (let attempt = 0; attempt < 20; attempt++) {
                        try { return (await fetch('/auth/refresh', { method: 'POST' })).status; } catch { }
                    }
                    return 0;
                })
                """)));
            Assert.All(answers, status => Assert.Equal(200, status));
        }

        Assert.InRange(lost, 10, Tabs * 3 * 20);
        var statuses = await Task.WhenAll(pages.Select(page => page.EvaluateAsync<int>("async () => (await fetch('/account')).status")));
        Assert.All(statuses, status => Assert.Equal(200, status));
        Assert.Equal(0, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events WHERE type = 'TOKEN_REUSED'"));
        Assert.Equal(1, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions WHERE revoked_at IS NULL")); // one family, and it lives

        bool ShallBeLost()
        {
            lock (random)
            {
                var shall = random.Next(4) == 0;
                lost += shall ? 1 : 0;
                return shall;
            }
        }
    }
}
