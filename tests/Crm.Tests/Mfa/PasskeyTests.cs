using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Mfa;

namespace Palisade.Crm.Tests.Mfa;

public sealed class PasskeyTests(CrmOffice office) : IClassFixture<CrmOffice>
{
    private string Origin => office.Crm.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task A_passkey_alone_signs_in_at_the_highest_level()
    {
        var (person, client, passkey) = await WithPasskeyAsync("manager");
        using var owned = client;
        using var held = passkey;
        using var newcomer = office.Crm.NewClient();
        var options = await OptionsAsync(newcomer, new { purpose = "sign_in" });
        Assert.Empty(options.Json.GetProperty("allowCredentials").EnumerateArray()); // it says nothing of anybody

        var answer = await AssertAsync(newcomer, passkey, options);

        Assert.Equal((HttpStatusCode.OK, "signed_in"), (answer.Status, answer["status"]));
        Assert.Equal("phishingresistant", await office.Crm.Behind.ReadAsync<string>("SELECT level FROM sessions.sessions WHERE user_id = $1 ORDER BY id DESC LIMIT 1", person.Id));
        Assert.Equal("passkey", await office.Crm.Behind.ReadAsync<string>(
            "SELECT details ->> 'factor' FROM audit.events WHERE type = 'LOGIN_SUCCESS' AND entity_id = $1 ORDER BY id DESC LIMIT 1", person.Id.ToString("D")));
    }

    [Fact]
    public async Task It_answers_the_challenge_after_a_password_and_a_step_up_too()
    {
        var (person, client, passkey) = await WithPasskeyAsync("manager");
        using var owned = client;
        using var held = passkey;
        using var browser = office.Crm.NewClient();
        var login = await person.LoginAsync(browser);
        Assert.Contains("passkey", login.Json.GetProperty("methods").EnumerateArray().Select(method => method.GetString()));
        var (challenge, other) = (login["challenge"], await person.ChallengeAsync(browser));

        // Made for one sign-in, it is none for another, nor by itself.
        var credential = passkey.Get((await OptionsAsync(browser, new { purpose = "sign_in", challenge = other })).Json);
        Assert.Equal("invalid_challenge", (await browser.PostAsync("/auth/mfa/verify", new { challenge, method = "passkey", credential })).Code);
        Assert.Equal("invalid_credentials", (await browser.PostAsync("/auth/passkeys/assert", new { credential })).Code);
        passkey.Counter++;
        credential = passkey.Get((await OptionsAsync(browser, new { purpose = "sign_in", challenge })).Json);
        Assert.Equal("signed_in", (await browser.PostAsync("/auth/mfa/verify", new { challenge, method = "passkey", credential }))["status"]);

        office.Crm.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("step_up_required", (await client.PostAsync("/auth/mfa/backup-codes", new { })).Code);
        passkey.Counter++;
        credential = passkey.Get((await OptionsAsync(client, new { purpose = "step_up" })).Json);
        client.AccessToken = (await client.PostAsync("/auth/step-up", new { method = "passkey", credential }))["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/auth/mfa/backup-codes", new { })).Status);
    }

    [Fact]
    [Asvs("V6.7.2")]
    public async Task A_challenge_is_long_unlike_any_other_good_once_and_for_five_minutes()
    {
        var (_, client, passkey) = await WithPasskeyAsync("manager");
        using var owned = client;
        using var held = passkey;
        var options = await OptionsAsync(client, new { purpose = "sign_in" });
        Assert.True(System.Buffers.Text.Base64Url.DecodeFromChars(options["challenge"]).Length >= 16);
        var challenges = new HashSet<string>();
        for (var number = 0; number < 500; number++)
        {
            Assert.True(challenges.Add((await OptionsAsync(client, new { purpose = "sign_in" }))["challenge"]));
        }

        var credential = passkey.Get(options.Json);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var caller = office.Crm.NewClient();
            return await caller.PostAsync("/auth/passkeys/assert", new { credential });
        }));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));

        passkey.Counter++;
        options = await OptionsAsync(client, new { purpose = "sign_in" });
        office.Crm.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("invalid_credentials", (await AssertAsync(client, passkey, options)).Code);
    }

    [Fact]
    public async Task A_counter_that_does_not_go_up_is_refused_and_told()
    {
        var (person, client, passkey) = await WithPasskeyAsync("manager");
        using var owned = client;
        using var held = passkey;
        passkey.Counter = 7;
        Assert.Equal(HttpStatusCode.OK, (await AssertAsync(client, passkey)).Status);
        foreach (var counter in new uint[] { 7, 6, 0 })
        {
            passkey.Counter = counter;
            Assert.Equal("invalid_credentials", (await AssertAsync(client, passkey)).Code);
        }

        Assert.Equal(3, await office.Crm.Behind.EventsAsync("PASSKEY_CLONED", person.Id));
        passkey.Counter = 8;
        Assert.Equal(HttpStatusCode.OK, (await AssertAsync(client, passkey)).Status);
    }

    [Fact]
    [Asvs("V6.5.7")]
    public async Task Another_page_another_host_or_an_unverified_holder_opens_nothing()
    {
        var (_, client, passkey) = await WithPasskeyAsync("manager");
        using var owned = client;
        using var held = passkey;
        foreach (var spoil in new Action<SoftAuthenticator>[]
        {
            authenticator => authenticator.Origin = "https://palisade.evil.example",
            authenticator => authenticator.Origin = "https://localhost",
            authenticator => authenticator.RpId = "palisade.evil.example",
            authenticator => authenticator.VerifiesItsUser = false,
            authenticator => authenticator.HasAnotherKey = true,
        })
        {
            (passkey.Origin, passkey.RpId, passkey.VerifiesItsUser, passkey.HasAnotherKey) = (Origin, "localhost", true, false);
            spoil(passkey);
            passkey.Counter++;
            Assert.Equal("invalid_credentials", (await AssertAsync(client, passkey)).Code);
        }

        passkey.HasAnotherKey = false;
        office.Crm.Clock.Advance(TimeSpan.FromMinutes(20)); // five wrong ones are a lock
        await SignInAsync(client, passkey);
        // What a sensor saw is never asked for by itself.
        foreach (var method in new[] { "biometric", "face", "fingerprint" })
        {
            Assert.Equal("validation_failed", (await client.PostAsync("/auth/step-up", new { method, code = "123456" })).Code);
            Assert.Equal("validation_failed", (await client.PostAsync("/auth/mfa/verify", new { challenge = "x", method, code = "123456" })).Code);
        }
    }

    [Fact]
    public async Task A_strangers_lock_on_the_password_keeps_nobody_with_a_passkey_out()
    {
        var (person, client, passkey) = await WithPasskeyAsync("manager");
        using var owned = client;
        using var held = passkey;
        using var stranger = office.Crm.NewClient();
        for (var guess = 0; guess < 6; guess++)
        {
            await stranger.LoginAsync(person.Email, "Wrong horse 7 battery!");
        }

        Assert.Equal("too_many_attempts", (await person.LoginAsync(client)).Code);
        Assert.Equal(HttpStatusCode.OK, (await AssertAsync(client, passkey)).Status);
        await office.Crm.Behind.ChangeAsync("UPDATE accounts.users SET status = 'disabled' WHERE id = $1", person.Id);
        passkey.Counter++;
        Assert.Equal("invalid_credentials", (await AssertAsync(client, passkey)).Code);
    }

    [Fact]
    public async Task One_is_renamed_and_taken_away_but_not_the_last_factor_of_who_needs_one()
    {
        var (person, client, passkey) = await WithPasskeyAsync("manager");
        using var owned = client;
        using var held = passkey;
        using var second = new SoftAuthenticator { Origin = Origin };
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(client, second, "Key ring")).Status);
        var listed = (await client.GetAsync("/account/passkeys")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["Laptop", "Key ring"], listed.Select(item => item.GetProperty("name").GetString()));
        var ids = listed.Select(item => item.GetProperty("id").GetString()!).ToList();
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Patch, $"/account/passkeys/{ids[1]}", new { name = "In the safe" })).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await RemoveAsync($"/account/passkeys/{ids[0]}")).Status);
        Assert.Equal("invalid_credentials", (await AssertAsync(client, passkey)).Code);
        second.Counter++;
        await SignInAsync(client, second);
        Assert.Equal(HttpStatusCode.NoContent, (await RemoveAsync("/auth/mfa/totp")).Status);
        second.Counter++;
        await SignInAsync(client, second);
        Assert.Equal("last_factor", (await RemoveAsync($"/account/passkeys/{ids[1]}")).Code);
        Assert.Equal("In the safe", (await client.GetAsync("/account/passkeys")).Json.GetProperty("items")[0].GetProperty("name").GetString());
        using var other = await SignedInAsync(await office.Office.HireAsync("viewer"));
        Assert.Equal(HttpStatusCode.NotFound, (await other.SendAsync(HttpMethod.Delete, $"/account/passkeys/{ids[1]}")).Status);
        Assert.Equal(2, await office.Crm.Behind.EventsAsync("MFA_REMOVED", person.Id));

        Task<Answer> RemoveAsync(string path) => client.SendAsync(HttpMethod.Delete, path);
    }

    [Fact]
    public async Task Only_models_on_the_list_are_taken_each_once_and_so_many()
    {
        var model = Guid.Parse("ee882879-721c-4913-9775-3dfcce97072a");
        await using var strict = new CrmInstance(office.Crm.Cluster)
        {
            Beside = office.Crm,
            Configure = builder => builder.Services.AddSingleton(new MfaOptions { PublicUrl = new Uri(Origin), PasskeyAttestation = "direct", PasskeyAllowed = [model], PasskeyLimit = 2 }),
        };
        await strict.InitializeAsync();
        using var client = strict.NewClient();
        var person = await office.Office.HireAsync("viewer");
        await client.SignInAsync(person.Email, "native");
        using var stranger = new SoftAuthenticator { Origin = Origin };
        using var first = new SoftAuthenticator { Origin = Origin, Aaguid = model };
        using var second = new SoftAuthenticator { Origin = Origin, Aaguid = model };
        using var third = new SoftAuthenticator { Origin = Origin, Aaguid = model };

        Assert.Equal((HttpStatusCode.Forbidden, "authenticator_not_taken"), await RegisteredAsync(stranger));
        Assert.Equal((HttpStatusCode.Created, null), await RegisteredAsync(first));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_passkey"), await RegisteredAsync(first));
        Assert.Equal((HttpStatusCode.Created, null), await RegisteredAsync(second));
        Assert.Equal((HttpStatusCode.Conflict, "too_many_passkeys"), await RegisteredAsync(third));

        async Task<(HttpStatusCode, string?)> RegisteredAsync(SoftAuthenticator authenticator)
        {
            var answer = await RegisterAsync(client, authenticator, "Key");
            return (answer.Status, answer.Code);
        }
    }

    private static async Task<Answer> RegisterAsync(ApiClient client, SoftAuthenticator authenticator, string name) =>
        await client.PostAsync("/auth/passkeys", new { credential = authenticator.Create((await OptionsAsync(client, new { purpose = "register" })).Json), name });

    private static async Task<Answer> OptionsAsync(ApiClient client, object request)
    {
        var answer = await client.PostAsync("/auth/passkeys/options", request);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer;
    }

    private static async Task<Answer> AssertAsync(ApiClient client, SoftAuthenticator passkey, Answer? options = null) =>
        await client.PostAsync("/auth/passkeys/assert", new { credential = passkey.Get((options ?? await OptionsAsync(client, new { purpose = "sign_in" })).Json), client = "native" });

    private static async Task SignInAsync(ApiClient client, SoftAuthenticator passkey)
    {
        client.AccessToken = null;
        client.CsrfToken = null;
        client.AccessToken = (await AssertAsync(client, passkey))["accessToken"];
    }

    private async Task<ApiClient> SignedInAsync(Person person)
    {
        var client = office.Crm.NewClient();
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email, "native");
        return client;
    }

    private async Task<(Person, ApiClient, SoftAuthenticator)> WithPasskeyAsync(string role)
    {
        var person = await office.Office.HireAsync(role);
        var client = await SignedInAsync(person);
        var passkey = new SoftAuthenticator { Origin = Origin };
        var registered = await RegisterAsync(client, passkey, "Laptop");
        Assert.True(registered.Status == HttpStatusCode.Created, registered.Text);
        passkey.Counter++;
        return (person, client, passkey);
    }
}
