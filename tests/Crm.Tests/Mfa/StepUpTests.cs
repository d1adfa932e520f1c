using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Mfa;

public sealed class StepUpTests(CrmOffice office) : IClassFixture<CrmOffice>
{
    [Fact]
    public async Task A_fresh_proof_opens_what_an_old_one_did_not_and_the_old_session_is_dead()
    {
        using var client = await SignedInAsync("admin");
        office.Crm.Clock.Advance(TimeSpan.FromMinutes(11));
        var refused = await InviteAsync(client);
        Assert.Equal((HttpStatusCode.Unauthorized, "step_up_required"), (refused.Status, refused.Code));
        Assert.Contains("insufficient_user_authentication", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        var (old, oldCookies) = (client.AccessToken, client.Cookies.GetCookieHeader(new Uri("https://localhost")));
        var steppedUp = await client.PostAsync("/auth/step-up", new { method = "totp", code = client.NextCode() });
        Assert.Equal("signed_in", steppedUp["status"]);
        Assert.Equal("token_revoked", (await client.GetAsync("/account")).Code);
        Assert.NotEqual(oldCookies, client.Cookies.GetCookieHeader(new Uri("https://localhost")));
        using var thief = office.Crm.NewClient();
        var answer = await thief.SendAsync(HttpMethod.Get, "/account", null, ("Cookie", oldCookies));
        Assert.Equal("session_expired", answer.Code);

        client.AccessToken = steppedUp["accessToken"];
        Assert.NotEqual(old, client.AccessToken);
        Assert.Equal(HttpStatusCode.Created, (await InviteAsync(client)).Status);
    }

    [Fact]
    public async Task A_code_that_was_used_or_is_wrong_leaves_the_session_as_it_was()
    {
        using var client = await SignedInAsync("manager");
        var code = client.NextCode();
        var first = await client.PostAsync("/auth/step-up", new { method = "totp", code });
        client.AccessToken = first["accessToken"];

        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/step-up", new { method = "totp", code })).Code);
        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/step-up", new { method = "password", password = ApiClient.Password })).Code);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Without_a_factor_the_password_is_shown_again()
    {
        using var client = await SignedInAsync("viewer");
        office.Crm.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal("invalid_challenge", (await client.PostAsync("/auth/step-up", new { method = "password", password = "Wrong horse 7 battery!" })).Code);
        var answer = await client.PostAsync("/auth/step-up", new { method = "password", password = ApiClient.Password });
        client.AccessToken = answer["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/auth/mfa/totp/enroll", new { })).Status);
    }

    [Fact]
    public async Task Of_two_at_once_one_goes_on_and_no_session_outlives_its_sign_in()
    {
        using var client = await SignedInAsync("manager");
        var end = await EndAsync();
        office.Crm.Clock.Advance(TimeSpan.FromMinutes(5));
        var (first, second) = (client.NextCode(), client.NextCode());

        var answers = await Task.WhenAll(
            client.PostAsync("/auth/step-up", new { method = "totp", code = first }), client.PostAsync("/auth/step-up", new { method = "totp", code = second }));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(end, await EndAsync());
        Assert.Equal(1L, await office.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM sessions.sessions s WHERE revoked_at IS NULL AND user_id = (SELECT user_id FROM sessions.sessions ORDER BY id DESC LIMIT 1) AND s.client <> 'native'"));

        Task<DateTime> EndAsync() => office.Crm.Behind.ReadAsync<DateTime>("SELECT cookie_ends_at FROM sessions.sessions ORDER BY id DESC LIMIT 1");
    }

    [Fact]
    public async Task The_last_factor_of_who_must_have_one_stays()
    {
        using var client = await SignedInAsync("manager");
        Assert.Equal((HttpStatusCode.Conflict, "last_factor"), await DeleteAsync("totp"));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await DeleteAsync("carrier_pigeon"));

        async Task<(HttpStatusCode, string?)> DeleteAsync(string method)
        {
            var answer = await client.SendAsync(HttpMethod.Delete, $"/auth/mfa/{method}");
            return (answer.Status, answer.Code);
        }
    }

    private static Task<Answer> InviteAsync(ApiClient client) =>
        client.PostAsync("/api/admin/users", new { email = $"{Guid.CreateVersion7():N}@example.com", name = "Invited Person", role = "viewer" });

    private async Task<ApiClient> SignedInAsync(string role)
    {
        var person = await office.Office.HireAsync(role);
        var client = office.Crm.NewClient();
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email);
        return client;
    }
}
