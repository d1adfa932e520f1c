using System.Net;
using System.Text.Json;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Devices;

public sealed class DevicesTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    public async Task A_device_is_new_once_known_afterwards_and_a_stranger_again_when_its_holder_says_so()
    {
        var person = await place.Office.HireAsync("viewer");
        var (known, other) = (crm.NewClient(), crm.NewClient());
        var before = await crm.Behind.EventsAsync("NEW_DEVICE", person.Id);
        await known.SignInAsync(person.Email);
        known.ForgetSession();
        await known.SignInAsync(person.Email);
        await other.SignInAsync(person.Email);
        Assert.Equal(before + 2, await crm.Behind.EventsAsync("NEW_DEVICE", person.Id));

        var listed = await DevicesAsync(known);
        Assert.Single(listed, device => device.GetProperty("current").GetBoolean());
        var revoked = listed.Single(device => device.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await other.SendAsync(HttpMethod.Delete, $"/account/devices/{revoked}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.SendAsync(HttpMethod.Delete, $"/account/devices/{revoked}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await known.GetAsync("/account")).Status);
        Assert.DoesNotContain(await DevicesAsync(other), device => device.GetProperty("id").GetString() == revoked);

        known.ForgetSession();
        await known.SignInAsync(person.Email);
        Assert.Equal(before + 3, await crm.Behind.EventsAsync("NEW_DEVICE", person.Id));
    }

    [Fact]
    public async Task Somebody_elses_device_cannot_be_seen_or_revoked()
    {
        var (one, other) = (await place.Office.HireAsync("viewer"), await place.Office.HireAsync("viewer"));
        var (victim, thief) = (crm.NewClient(), crm.NewClient());
        await victim.SignInAsync(one.Email);
        await thief.SignInAsync(other.Email);
        var id = (await DevicesAsync(victim))[0].GetProperty("id").GetString();
        Assert.DoesNotContain(await DevicesAsync(thief), device => device.GetProperty("id").GetString() == id);
        Assert.Equal(HttpStatusCode.NotFound, (await thief.SendAsync(HttpMethod.Delete, $"/account/devices/{id}")).Status);
    }

    [Fact]
    [Requirement("R010")]
    public async Task While_strangers_keep_an_account_locked_its_session_goes_on_and_its_known_device_signs_in()
    {
        var victim = await place.Office.HireAsync("viewer");
        var (home, stranger) = (crm.NewClient(), crm.NewClient());
        await home.SignInAsync(victim.Email);
        for (var guess = 0; guess < 5; guess++)
        {
            await stranger.LoginAsync(victim.Email, $"Wrong horse {guess} battery!");
        }

        Assert.Equal("too_many_attempts", (await stranger.LoginAsync(victim.Email)).Code);
        Assert.Equal(HttpStatusCode.OK, (await home.GetAsync("/account")).Status);
        home.ForgetSession();
        Assert.Equal("signed_in", (await home.LoginAsync(victim.Email))["status"]);
        Assert.Equal("too_many_attempts", (await stranger.LoginAsync(victim.Email)).Code); // and that opened nothing to others

        home.ForgetSession();
        // Its own failures lock a known device, and nobody else's lane.
        for (var guess = 0; guess < 5; guess++)
        {
            Assert.Equal("invalid_credentials", (await home.LoginAsync(victim.Email, $"Wrong horse {guess} battery!")).Code);
        }

        Assert.Equal("too_many_attempts", (await home.LoginAsync(victim.Email)).Code);
    }

    [Fact]
    public async Task A_native_client_keeps_a_token_instead_and_a_made_up_one_is_worth_nothing()
    {
        var victim = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        var token = (await victim.LoginAsync(client))["deviceToken"];
        for (var guess = 0; guess < 5; guess++)
        {
            await client.LoginAsync(victim.Email, $"Wrong horse {guess} battery!", "native");
        }

        Assert.Equal("too_many_attempts", (await WithTokenAsync(client, victim, $"{(token[0] == 'A' ? 'B' : 'A')}{token[1..]}")).Code);
        Assert.Equal("signed_in", (await WithTokenAsync(client, victim, token))["status"]);
    }

    [Fact]
    public async Task One_browser_knows_five_accounts_and_each_only_where_it_signed_in()
    {
        var people = new List<Person>();
        using var shared = crm.NewClient();
        for (var index = 0; index < 6; index++)
        {
            people.Add(await place.Office.HireAsync("viewer"));
            shared.ForgetSession();
            await shared.SignInAsync(people[^1].Email);
        }

        Assert.Equal(5, await crm.Behind.ReadAsync<long>("SELECT max(n) FROM (SELECT count(*) AS n FROM devices.devices GROUP BY secret_hash) AS each"));
        Assert.Single(await DevicesAsync(shared), device => device.GetProperty("current").GetBoolean());
    }

    [Fact]
    public async Task On_a_trusted_device_no_code_is_asked_for_thirty_days_and_never_of_an_administrator()
    {
        var manager = await place.Office.HireAsync("manager");
        using var client = crm.NewClient();
        await TrustAsync(client, manager);
        Assert.Equal("signed_in", (await client.LoginAsync(manager.Email))["status"]);
        client.ForgetSession();
        using (var elsewhere = crm.NewClient())
        {
            Assert.Equal("mfa_required", (await elsewhere.LoginAsync(manager.Email))["status"]);
        }

        crm.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal("mfa_required", (await client.LoginAsync(manager.Email))["status"]);
        await TrustAsync(client, manager);
        await crm.Behind.ChangeAsync("UPDATE accounts.users SET session_version = session_version + 1 WHERE id = $1", manager.Id);
        Assert.Equal("mfa_required", (await client.LoginAsync(manager.Email))["status"]);

        var admin = await place.Office.HireAsync("admin");
        using var office = crm.NewClient();
        await TrustAsync(office, admin);
        Assert.Equal("mfa_required", (await office.LoginAsync(admin.Email))["status"]);
    }

    private async Task TrustAsync(ApiClient client, Person person)
    {
        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        client.ForgetSession();
        var challenge = (await client.LoginAsync(person.Email))["challenge"];
        var verified = await client.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = person.Code(), trustDevice = true });
        Assert.Equal("signed_in", verified["status"]);
        client.ForgetSession();
    }

    private static Task<Answer> WithTokenAsync(ApiClient client, Person person, string token) => client.SendAsync(
        HttpMethod.Post,
        "/auth/login",
        new StringContent(JsonSerializer.Serialize(new { email = person.Email, password = ApiClient.Password, client = "native" }), System.Text.Encoding.UTF8, "application/json"),
        ("X-Device-Token", token));

    private static async Task<IReadOnlyList<JsonElement>> DevicesAsync(ApiClient client) =>
        [.. (await client.GetAsync("/account/devices")).Json.GetProperty("items").EnumerateArray()];
}
