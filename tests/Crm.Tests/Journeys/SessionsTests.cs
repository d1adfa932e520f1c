using System.Net;
using Microsoft.Playwright;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>Where somebody is signed in, and how that ends.</summary>
[Collection(nameof(Browser))]
public sealed class SessionsTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    [Asvs("V10.4.9")]
    public async Task Ones_sessions_are_listed_with_this_one_marked_and_end_one_by_one_or_together()
    {
        using var here = await company.Ada.InviteAsync("tara@example.com", "viewer");
        using var phone = await SignInAsync("tara@example.com");
        using var laptop = await SignInAsync("tara@example.com");
        using var app = company.Crm.NewClient();
        var refreshToken = (await app.SignInAsync("tara@example.com", "native"))["refreshToken"];
        await using var tara = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(tara, here);
        await tara.GoAsync("/console/account");
        var sessions = tara.Page.Locator("#sessions > li");
        await Assertions.Expect(sessions).ToHaveCountAsync(4);
        await Assertions.Expect(sessions.Filter(new() { HasText = "this one" })).ToHaveCountAsync(1);

        await sessions.GetByRole(AriaRole.Button).First.ClickAsync();
        await tara.PressAsync("Sign out there");
        await Assertions.Expect(sessions).ToHaveCountAsync(3);
        Assert.Equal(2, (await Task.WhenAll(phone.GetAsync("/account"), laptop.GetAsync("/account"), app.GetAsync("/account"))).Count(answer => answer.Status == HttpStatusCode.OK));

        await tara.PressAsync("Sign out everywhere else…");
        await tara.PressAsync("Sign out everywhere else");
        await Assertions.Expect(sessions).ToHaveCountAsync(1);
        Assert.All(
            await Task.WhenAll(phone.GetAsync("/account"), laptop.GetAsync("/account"), app.GetAsync("/account"), app.PostAsync("/auth/refresh", new { refreshToken })),
            answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
        await tara.Page.GetByText("What ended in the last 30 days").ClickAsync();
        await Assertions.Expect(tara.Page.Locator("#ended > li").Filter(new() { HasText = "signed out from elsewhere" })).ToHaveCountAsync(3);

        await tara.PressAsync("Sign out everywhere, here too…");
        await tara.PressAsync("Sign out everywhere");
        await tara.SeesAsync("Sign in");
        await tara.AssertCalmAsync();
        Assert.Empty(tara.Refusals);
    }

    [Fact]
    public async Task An_administrator_ends_all_sessions_of_a_person_for_a_reason()
    {
        using var ugo = await company.Ada.InviteAsync("ugo@example.com", "viewer");
        var id = (await ugo.GetAsync("/account"))["id"];
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await company.AdmitAsync(ada);
        await ada.GoAsync($"/console/people/{id}");
        await Assertions.Expect(ada.Page.Locator("#sessions > li")).ToHaveCountAsync(1);
        await ada.PressAsync("Sign them out everywhere…");
        await ada.PressAsync("Sign out everywhere");
        await Assertions.Expect(ada.Page.Locator("#reason-error")).Not.ToBeEmptyAsync();
        await ada.FillAsync("Reason", "A phone was lost");
        await ada.PressAsync("Sign out everywhere");
        await ada.Page.GetByText("Nowhere at the moment.").WaitForAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await ugo.GetAsync("/account")).Status);
        await ada.AssertCalmAsync();
    }

    private async Task<ApiClient> SignInAsync(string email)
    {
        var client = company.Crm.NewClient();
        await client.SignInAsync(email);
        client.AccessToken = null;
        return client;
    }
}
