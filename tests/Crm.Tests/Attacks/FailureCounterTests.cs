using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

[Collection(typeof(OnThreeServers))]
public sealed class FailureCounterTests(CrmTrio trio)
{
    [Fact]
    [Requirement("R011")]
    public async Task A_complete_sign_in_clears_the_failures_before_it()
    {
        var person = await trio.Office.HireAsync("manager");
        using var client = trio.First.NewClient();

        await FailAsync(client, person, 4);
        trio.First.Clock.Advance(TimeSpan.FromSeconds(30));
        var verified = await client.PostAsync(
            "/auth/mfa/verify", new { challenge = await person.ChallengeAsync(client), method = "totp", code = person.Code() });
        Assert.Equal(HttpStatusCode.OK, verified.Status);
        await FailAsync(client, person, 4);

        Assert.Equal("mfa_required", (await person.LoginAsync(client))["status"]);
        Assert.Equal(0, await trio.First.Behind.EventsAsync("ACCOUNT_LOCKED", person.Id));
    }

    [Fact]
    [Requirement("R011")]
    public async Task A_right_password_without_its_second_factor_clears_nothing()
    {
        var person = await trio.Office.HireAsync("manager");
        using var client = trio.First.NewClient();

        await FailAsync(client, person, 4);
        var verified = await client.PostAsync(
            "/auth/mfa/verify", new { challenge = await person.ChallengeAsync(client), method = "totp", code = person.WrongCode(1) });
        Assert.Equal(HttpStatusCode.Unauthorized, verified.Status);
        await FailAsync(client, person, 1);

        Assert.Equal("too_many_attempts", (await person.LoginAsync(client)).Code);
    }

    private static async Task FailAsync(ApiClient client, Person person, int times)
    {
        for (var time = 0; time < times; time++)
        {
            Assert.Equal("invalid_credentials", (await client.LoginAsync(person.Email, "Wrong horse 7 battery!")).Code);
        }
    }
}
