using Microsoft.Extensions.DependencyInjection;
using Palisade.Accounts;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Journeys;

/// <summary>A running CRM that Ada has set up. A class fixture.</summary>
public sealed class Company(TestCluster cluster) : IAsyncLifetime
{
    /// <summary>The first administrator's address.</summary>
    public const string AdasAddress = "ada@example.com";

    /// <summary>The instance.</summary>
    public CrmInstance Crm { get; } = new(cluster)
    {
        // A browser beside every test class makes the machine slow: a sign-in may wait for its hash, and is not told to come back.
        Configure = builder => builder.Services.AddSingleton(new AccountOptions { HashPatience = TimeSpan.FromSeconds(30) }),
    };

    /// <summary>Ada, who uses cookies as a browser does.</summary>
    public ApiClient Ada { get; private set; } = null!;

    /// <summary>Ada's id.</summary>
    public Guid AdasId { get; private set; }

    /// <summary>Ada's ten backup codes.</summary>
    public IReadOnlyList<string> BackupCodes { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await Crm.InitializeAsync();
        Ada = Crm.NewClient();
        var signedIn = await Ada.SetUpAsync(AdasAddress);
        BackupCodes = [.. signedIn.Json.GetProperty("backupCodes").EnumerateArray().Select(code => code.GetString()!)];
        Ada.AccessToken = null;
        AdasId = signedIn.Json.GetProperty("user").GetProperty("id").GetGuid();
    }

    /// <summary>Lets this browser be Ada's, or somebody else's: it gets their session's cookies.</summary>
    public async Task AdmitAsync(Visitor visitor, ApiClient? who = null)
    {
        var cookies = (who ?? Ada).Cookies.GetCookies(Crm.Address).Select(cookie => new Microsoft.Playwright.Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Url = Crm.Address.ToString(),
            Secure = true,
            HttpOnly = true,
            SameSite = Microsoft.Playwright.SameSiteAttribute.Strict,
        });
        await visitor.Page.Context.AddCookiesAsync(cookies);
    }

    public async ValueTask DisposeAsync()
    {
        Ada?.Dispose();
        await Crm.DisposeAsync();
    }
}
