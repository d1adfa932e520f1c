using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Passwords;

public sealed class PasswordChangeTests(CrmOffice work) : IClassFixture<CrmOffice>
{
    private const string Next = "Seven green 8 lanterns?";

    private CrmInstance Crm => work.Crm;

    [Fact]
    [Requirement("R025")]
    [Asvs("V6.2.2")]
    public async Task Another_device_is_signed_out_and_this_one_goes_on_under_a_new_handle()
    {
        var person = await work.Office.HireAsync("viewer");
        using var here = Crm.NewClient();
        var signedIn = await here.LoginAsync(person.Email);
        here.CsrfToken = signedIn["csrfToken"];
        var handle = Handle(here);
        using var there = Crm.NewClient();
        var other = await person.LoginAsync(there);
        there.AccessToken = other["accessToken"];

        var changed = await here.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = Next });
        Assert.Equal(HttpStatusCode.NoContent, changed.Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("/account")).Status);
        there.AccessToken = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.PostAsync("/auth/refresh", new { refreshToken = other["refreshToken"] })).Status);

        Assert.NotEqual(handle, Handle(here));
        here.CsrfToken = changed.Headers.GetValues("X-CSRF-Token").Single();
        Assert.Equal(HttpStatusCode.OK, (await here.SendAsync(HttpMethod.Patch, "/account", new { name = "Still Here" })).Status);
        using var thief = Crm.NewClient();
        thief.Cookies.Add(Crm.Address, new Cookie("__Host-session", handle));
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/account")).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await there.LoginAsync(person.Email, client: "native")).Status);
        Assert.Equal(HttpStatusCode.OK, (await there.LoginAsync(person.Email, Next, "native")).Status);
        Assert.Single(await new MailBox(Crm).ToAsync(person.Email, "password_changed"));
    }

    [Fact]
    [Asvs("V6.2.3")]
    public async Task The_present_password_is_needed_counted_and_nothing_changes_without_it()
    {
        var person = await work.Office.HireAsync("viewer");
        using var client = await SignedInAsync(person);
        var before = await StoredAsync(person);

        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/auth/password/change", new { newPassword = Next })).Status);
        for (var guess = 0; guess < 5; guess++)
        {
            var refused = await client.PostAsync("/auth/password/change", new { currentPassword = $"Wrong horse {guess} battery!", newPassword = Next });
            Assert.Equal((HttpStatusCode.BadRequest, "incorrect"), (refused.Status, Codes(refused)));
        }

        var locked = await client.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = Next });
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_attempts"), (locked.Status, locked.Code));
        Assert.Equal(before, await StoredAsync(person));
        // The session goes on, and the sign-in of the account is nobody's to lock from here.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(client)).Status);
    }

    [Fact]
    public async Task The_same_password_again_is_no_change()
    {
        var person = await work.Office.HireAsync("viewer");
        using var client = await SignedInAsync(person);

        var same = await client.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = ApiClient.Password });
        Assert.Equal((HttpStatusCode.BadRequest, "used_before"), (same.Status, Codes(same)));
    }

    [Fact]
    [Requirement("R022")]
    public async Task The_time_of_the_last_change_moves_on_change_and_reset_alone()
    {
        var person = await work.Office.HireAsync("viewer");
        await work.Office.RenewAsync();
        var invited = await ChangedAtAsync(person, ApiClient.Password);

        Crm.Clock.Advance(TimeSpan.FromMinutes(2));
        using var client = await SignedInAsync(person);
        await client.SendAsync(HttpMethod.Patch, "/account", new { name = "Another Name" });
        using var stranger = Crm.NewClient();
        for (var guess = 0; guess < 5; guess++)
        {
            await stranger.LoginAsync(person.Email, "Wrong horse 7 battery!");
        }

        Assert.Equal(invited, (await client.GetAsync("/account")).Json.GetProperty("passwordChangedAt").GetDateTimeOffset());
        Crm.Clock.Advance(TimeSpan.FromMinutes(20));
        using var later = await SignedInAsync(person);
        await later.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = Next });
        var changed = await ChangedAtAsync(person, Next);
        Assert.True(changed > invited);

        Crm.Clock.Advance(TimeSpan.FromMinutes(2));
        await Crm.ResetAsync(await Crm.MailedTokenAsync(person.Email), "Eleven grey 4 anchors?");
        Assert.True(await ChangedAtAsync(person, "Eleven grey 4 anchors?") > changed);
        await work.Office.RenewAsync();
        var view = await work.Office.Admin.GetAsync($"/api/admin/users/{person.Id:D}");
        Assert.True(view.Json.GetProperty("passwordChangedAt").GetDateTimeOffset() > changed);
    }

    [Fact]
    public async Task The_well_known_address_leads_to_the_form()
    {
        using var client = Crm.NewClient();
        var answer = await client.GetAsync("/.well-known/change-password");
        Assert.Equal((HttpStatusCode.Found, "/console/change-password"), (answer.Status, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Without_session_or_challenge_there_is_nothing_to_change()
    {
        using var client = Crm.NewClient();
        var nobody = await client.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = Next });
        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (nobody.Status, nobody.Code));
        var invented = await client.PostAsync("/auth/password/change", new { currentPassword = ApiClient.Password, newPassword = Next, challenge = "invented" });
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_challenge"), (invented.Status, invented.Code));
    }

    private static string Codes(Answer answer) => string.Join(' ', answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()));

    private string Handle(ApiClient client) => client.Cookies.GetCookies(Crm.Address)["__Host-session"]!.Value;

    private Task<string> StoredAsync(Person person) => Crm.Behind.ReadAsync<string>("SELECT password_hash || password_changed_at FROM accounts.users WHERE id = $1", person.Id);

    private async Task<ApiClient> SignedInAsync(Person person)
    {
        var client = Crm.NewClient();
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];
        return client;
    }

    private async Task<DateTimeOffset> ChangedAtAsync(Person person, string password)
    {
        using var client = Crm.NewClient();
        client.AccessToken = (await client.LoginAsync(person.Email, password, "native"))["accessToken"];
        return (await client.GetAsync("/account")).Json.GetProperty("passwordChangedAt").GetDateTimeOffset();
    }
}
