using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Passwords;

namespace Palisade.Crm.Tests.Passwords;

public sealed class PasswordExpiryTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Next = "Seven green 8 lanterns?";

    private readonly CrmInstance crm = new(cluster)
    {
        Configure = builder => builder.Services.AddSingleton(new PasswordOptions { Profile = PasswordProfile.Pci, Expiry = TimeSpan.FromDays(90) }),
    };

    private Office office = null!;

    public async ValueTask InitializeAsync()
    {
        await crm.InitializeAsync();
        office = await Office.OpenAsync(crm);
    }

    public ValueTask DisposeAsync()
    {
        office.Dispose();
        return crm.DisposeAsync();
    }

    [Fact]
    [Requirement("R023")]
    public async Task On_day_91_a_sign_in_yields_a_challenge_that_only_a_change_of_the_password_takes()
    {
        var person = await office.HireAsync("viewer");
        using var client = crm.NewClient();
        crm.Clock.Advance(TimeSpan.FromDays(89));
        Assert.Equal("signed_in", (await person.LoginAsync(client))["status"]);

        crm.Clock.Advance(TimeSpan.FromDays(2));
        var login = await person.LoginAsync(client);
        Assert.Equal((HttpStatusCode.OK, "password_change_required"), (login.Status, login["status"]));
        Assert.False(login.Json.TryGetProperty("accessToken", out _));
        var challenge = login["challenge"];

        client.AccessToken = challenge;
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/account")).Status);
        client.AccessToken = null;
        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = "123456" })).Code);
        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/mfa/totp/enroll", new { challenge })).Code);

        Assert.Equal(HttpStatusCode.BadRequest, (await ChangeAsync(client, challenge, "Wrong horse 7 battery!", Next)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await ChangeAsync(client, challenge, ApiClient.Password, Next)).Status);
        Assert.Equal("invalid_challenge", (await ChangeAsync(client, challenge, Next, "Eleven grey 4 anchors?")).Code);
        Assert.Equal("signed_in", (await client.LoginAsync(person.Email, Next, "native"))["status"]);
    }

    [Fact]
    public async Task Where_a_factor_is_enrolled_the_old_password_alone_sets_no_new_one()
    {
        var person = await office.HireAsync("manager");
        using var client = crm.NewClient();
        crm.Clock.Advance(TimeSpan.FromDays(91));
        var login = await person.LoginAsync(client);
        Assert.Equal("password_change_required", login["status"]);
        Assert.Contains("totp", login.Json.GetProperty("methods").EnumerateArray().Select(method => method.GetString()));

        Assert.Equal("invalid_challenge", (await ChangeAsync(client, login["challenge"], ApiClient.Password, Next)).Code);
        var changed = await client.PostAsync(
            "/auth/password/change",
            new { challenge = login["challenge"], currentPassword = ApiClient.Password, newPassword = Next, method = "totp", code = person.Code() });
        Assert.Equal(HttpStatusCode.NoContent, changed.Status);
        Assert.Equal("mfa_required", (await client.LoginAsync(person.Email, Next, "native"))["status"]);
    }

    [Fact]
    public async Task The_last_four_passwords_do_not_come_again_and_the_fifth_may()
    {
        var person = await office.HireAsync("viewer");
        using var client = crm.NewClient();
        string[] passwords = [ApiClient.Password, .. Enumerable.Range(1, 4).Select(number => $"Seven green {number} lanterns?")];
        for (var index = 1; index < passwords.Length; index++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await ChangeSignedInAsync(client, person, passwords[index - 1], passwords[index])).Status);
        }

        for (var index = 1; index < passwords.Length; index++)
        {
            var again = await ChangeSignedInAsync(client, person, passwords[^1], passwords[index]);
            Assert.Equal("used_before", again.Json.GetProperty("errors")[0].GetProperty("code").GetString());
        }

        Assert.Equal(3, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM passwords.previous WHERE user_id = $1", person.Id));
        Assert.Equal(HttpStatusCode.NoContent, (await ChangeSignedInAsync(client, person, passwords[^1], passwords[0])).Status);
    }

    private static async Task<Answer> ChangeSignedInAsync(ApiClient client, Person person, string current, string next)
    {
        client.AccessToken = null;
        client.AccessToken = (await client.LoginAsync(person.Email, current, "native"))["accessToken"];
        return await client.PostAsync("/auth/password/change", new { currentPassword = current, newPassword = next });
    }

    private static Task<Answer> ChangeAsync(ApiClient client, string challenge, string current, string next) =>
        client.PostAsync("/auth/password/change", new { challenge, currentPassword = current, newPassword = next });
}
