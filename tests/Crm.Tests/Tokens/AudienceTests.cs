using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Tokens;

/// <summary>Two applications with one key ring.</summary>
public sealed class AudienceTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Asvs("V9.2.4")]
    public async Task A_token_is_for_one_audience_and_no_other_application_takes_it()
    {
        await using var other = new CrmInstance(crm.Cluster) { Beside = crm, Settings = new Dictionary<string, string> { ["JWT_AUDIENCE"] = "another-app" } };
        await other.InitializeAsync();
        var person = await place.Office.HireAsync("viewer");
        CrmInstance[] applications = [crm, other];
        foreach (var (own, foreign, audience) in new[] { (0, 1, "palisade-client"), (1, 0, "another-app") })
        {
            using var client = applications[own].NewClient();
            using var stranger = applications[foreign].NewClient();
            var token = (await person.LoginAsync(client))["accessToken"];
            client.AccessToken = stranger.AccessToken = token;

            Assert.Equal(audience, JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.GetProperty("aud").GetString());
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
            Assert.Equal("invalid_token", (await stranger.GetAsync("/account")).Code);
        }
    }
}
