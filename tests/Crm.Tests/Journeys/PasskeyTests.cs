namespace Palisade.Crm.Tests.Journeys;

/// <summary>Passkeys at a real browser, with an authenticator of its own making.</summary>
[Collection(nameof(Browser))]
public sealed class PasskeyTests(Company company, Chromium chromium) : IClassFixture<Company>
{
    [Fact]
    public async Task A_passkey_is_registered_and_then_opens_the_console_by_itself()
    {
        await using var ada = await chromium.VisitAsync(company.Crm.Address);
        await ada.HoldPasskeysAsync();
        await company.AdmitAsync(ada);
        await ada.GoAsync("/console");
        var registered = await ada.Page.EvaluateAsync<string>(
            """
            async () => {
              const script = [...document.scripts].map((element) => element.src).find((source) => source.includes('/overview.js'));
              const { register } = await import(script.replace('/overview.js', '/passkeys.js'));
              return (await register('Chromium')).name;
            }
            """);
        Assert.Equal("Chromium", registered);

        await ada.Page.Context.ClearCookiesAsync();
        await ada.GoAsync("/console/audit");
        await ada.SeesAsync("Sign in");
        await ada.PressAsync("Sign in with a passkey");
        await ada.SeesAsync("Audit log");
        await ada.AssertCalmAsync();
    }
}
