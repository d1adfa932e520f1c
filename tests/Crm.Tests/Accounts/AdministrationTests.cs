using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Accounts;

/// <summary>What an administrator does to a colleague's account, and what nobody may.</summary>
public sealed class AdministrationTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;

    [Fact]
    [Requirement("R005")]
    public async Task A_disabled_account_gets_neither_past_its_second_factor_nor_a_refresh_and_its_token_stops_at_once()
    {
        var person = await place.Office.HireAsync("manager");
        using var waiting = crm.NewClient();
        using var working = crm.NewClient();
        var signedIn = await SignInAsync(working, person);
        var challenge = await person.ChallengeAsync(waiting);
        var refreshed = await working.PostAsync("/auth/refresh", new { refreshToken = signedIn["refreshToken"] });
        Assert.Equal(HttpStatusCode.OK, (await working.GetAsync("/account")).Status);

        Assert.Equal("disabled", (await PatchAsync(person, new { status = "disabled" }))["status"]);

        Assert.Equal("token_revoked", (await working.GetAsync("/account")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await working.PostAsync("/auth/refresh", new { refreshToken = refreshed["refreshToken"] })).Status);
        crm.Clock.Advance(TimeSpan.FromSeconds(30));
        var verified = await waiting.PostAsync("/auth/mfa/verify", new { challenge, method = "totp", code = person.Code() });
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_challenge"), (verified.Status, verified.Code));
        Assert.Equal("invalid_credentials", (await person.LoginAsync(waiting)).Code);

        await PatchAsync(person, new { status = "active" });
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(waiting)).Status);
    }

    [Fact]
    [Asvs("V7.4.2")]
    public async Task Disabling_an_account_ends_each_of_its_sessions()
    {
        var person = await place.Office.HireAsync("viewer");
        using var browser = crm.NewClient();
        using var one = crm.NewClient();
        using var other = crm.NewClient();
        await browser.LoginAsync(person.Email);
        one.AccessToken = (await person.LoginAsync(one))["accessToken"];
        other.AccessToken = (await person.LoginAsync(other))["accessToken"];
        ApiClient[] all = [browser, one, other];
        foreach (var session in all)
        {
            Assert.Equal(HttpStatusCode.OK, (await session.GetAsync("/account")).Status);
        }

        await PatchAsync(person, new { status = "disabled" });

        foreach (var session in all)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await session.GetAsync("/account")).Status);
        }
    }

    [Fact]
    [Requirement("R012")]
    public async Task A_lock_that_failures_made_ends_by_itself_and_one_that_an_administrator_made_only_by_an_administrator()
    {
        var (unlucky, suspect) = (await place.Office.HireAsync("viewer"), await place.Office.HireAsync("viewer"));
        using var client = crm.NewClient();
        for (var guess = 0; guess < 5; guess++)
        {
            await client.LoginAsync(unlucky.Email, $"Wrong horse {guess} battery!");
        }

        await PatchAsync(suspect, new { status = "locked" });
        var (lockedByFailures, lockedByHand) = (await ShowAsync(unlucky), await ShowAsync(suspect));
        Assert.Equal("active", lockedByFailures["status"]);
        Assert.InRange(lockedByFailures.Json.GetProperty("lockedUntil").GetDateTimeOffset() - crm.Clock.GetUtcNow(), TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        Assert.Equal("locked", lockedByHand["status"]);
        Assert.Equal("invalid_credentials", (await suspect.LoginAsync(client)).Code);

        crm.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.OK, (await unlucky.LoginAsync(client)).Status);
        Assert.Equal("invalid_credentials", (await suspect.LoginAsync(client)).Code);

        Assert.Equal(HttpStatusCode.NoContent, (await UnlockAsync(suspect)).Status);
        Assert.Equal(HttpStatusCode.OK, (await suspect.LoginAsync(client)).Status);
        Assert.Equal(1, await crm.Behind.EventsAsync("USER_UNLOCKED", suspect.Id));
    }

    [Fact]
    public async Task An_administrator_ends_the_lock_that_failures_made()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        for (var guess = 0; guess < 5; guess++)
        {
            await client.LoginAsync(person.Email, $"Wrong horse {guess} battery!");
        }

        Assert.NotEqual(HttpStatusCode.OK, (await person.LoginAsync(client)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await UnlockAsync(person)).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(client)).Status);
        Assert.False((await ShowAsync(person)).Json.TryGetProperty("lockedUntil", out var until) && until.ValueKind != System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    [Requirement("R015")]
    public async Task The_last_sign_in_and_its_address_are_told_and_failures_change_neither()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        await person.LoginAsync(client);
        var first = await ShowAsync(person);
        Assert.Contains(first["lastLoginIp"], new[] { "127.0.0.1", "::1" });
        Assert.Equal((await place.Office.Admin.GetAsync("/account"))["id"], first["createdBy"]);

        crm.Clock.Advance(TimeSpan.FromMinutes(1));
        await client.LoginAsync(person.Email, "Wrong horse 7 battery!");
        Assert.Equal(first["lastLoginAt"], (await ShowAsync(person))["lastLoginAt"]);

        await person.LoginAsync(client);
        Assert.True((await ShowAsync(person)).Json.GetProperty("lastLoginAt").GetDateTimeOffset() > first.Json.GetProperty("lastLoginAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_new_role_counts_at_once_and_ends_the_sessions_of_the_old_one()
    {
        var person = await place.Office.HireAsync("viewer");
        using var client = crm.NewClient();
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/account")).Status);

        Assert.Equal("agent", (await PatchAsync(person, new { role = "agent", name = "Grace Hopper" }))["role"]);

        Assert.Equal("token_revoked", (await client.GetAsync("/account")).Code);
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];
        Assert.Equal(("agent", "Grace Hopper"), ((await client.GetAsync("/account"))["role"], (await client.GetAsync("/account"))["name"]));
        Assert.Equal(
            "viewer>agent",
            await crm.Behind.ReadAsync<string>(
                "SELECT before->>'role' || '>' || (after->>'role') FROM audit.events WHERE type = 'USER_UPDATED' AND entity_id = $1", person.Id.ToString("D")));
    }

    [Fact]
    public async Task Nobody_changes_their_own_role_or_an_account_that_ranks_as_high()
    {
        var (admin, peer, viewer) = (await place.Office.HireAsync("admin"), await place.Office.HireAsync("admin"), await place.Office.HireAsync("viewer"));
        using var client = crm.NewClient();
        await SignInAsync(client, admin);

        async Task<Answer> TryAsync(Person person, object change) => await client.SendAsync(HttpMethod.Patch, $"/api/admin/users/{person.Id:D}", change);
        Assert.Equal("forbidden", (await TryAsync(admin, new { role = "superadmin" })).Code);
        Assert.Equal("forbidden", (await TryAsync(admin, new { status = "disabled" })).Code);
        Assert.Equal("forbidden", (await TryAsync(peer, new { status = "disabled" })).Code);
        Assert.Equal("forbidden", (await TryAsync(viewer, new { role = "admin" })).Code);
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(viewer, new { role = "manager" })).Status);
        Assert.Equal("forbidden", (await client.SendAsync(HttpMethod.Post, $"/api/admin/users/{peer.Id:D}/unlock")).Code);
        Assert.Equal("validation_failed", (await TryAsync(viewer, new { role = "emperor" })).Code);
        Assert.Equal("not_found", (await client.SendAsync(HttpMethod.Patch, $"/api/admin/users/{Guid.CreateVersion7():D}", new { name = "Nobody" })).Code);
    }

    [Fact]
    public async Task Two_super_administrators_who_disable_each_other_at_once_leave_one()
    {
        for (var round = 0; round < 10; round++)
        {
            var (one, other) = (await place.Office.HireAsync("superadmin"), await place.Office.HireAsync("superadmin"));
            using var first = crm.NewClient();
            using var second = crm.NewClient();
            await SignInAsync(first, one);
            await SignInAsync(second, other);

            await Task.WhenAll(
                first.SendAsync(HttpMethod.Patch, $"/api/admin/users/{other.Id:D}", new { status = "disabled" }),
                second.SendAsync(HttpMethod.Patch, $"/api/admin/users/{one.Id:D}", new { status = "disabled" }));

            Assert.Equal(
                1, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM accounts.users WHERE id = ANY ($1) AND status = 'active'", new[] { one.Id, other.Id }));
        }
    }

    [Fact]
    public async Task Acts_on_accounts_need_a_recent_proof_and_say_so()
    {
        var (admin, viewer) = (await place.Office.HireAsync("admin"), await place.Office.HireAsync("viewer"));
        using var client = crm.NewClient();
        await SignInAsync(client, admin);
        crm.Clock.Advance(TimeSpan.FromMinutes(11));

        var refused = await client.SendAsync(HttpMethod.Patch, $"/api/admin/users/{viewer.Id:D}", new { status = "disabled" });

        Assert.Equal((HttpStatusCode.Unauthorized, "step_up_required"), (refused.Status, refused.Code));
        Assert.Equal("Bearer error=\"insufficient_user_authentication\", max_age=\"600\"", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal("active", (await ShowAsync(viewer))["status"]);
    }

    private static async Task<Answer> SignInAsync(ApiClient client, Person person)
    {
        client.Seed = person.Seed;
        return await client.SignInAsync(person.Email, "native");
    }

    private async Task<Answer> PatchAsync(Person person, object change)
    {
        await place.Office.RenewAsync();
        return await place.Office.Admin.SendAsync(HttpMethod.Patch, $"/api/admin/users/{person.Id:D}", change);
    }

    private async Task<Answer> UnlockAsync(Person person)
    {
        await place.Office.RenewAsync();
        return await place.Office.Admin.SendAsync(HttpMethod.Post, $"/api/admin/users/{person.Id:D}/unlock");
    }

    private async Task<Answer> ShowAsync(Person person)
    {
        await place.Office.RenewAsync();
        return await place.Office.Admin.GetAsync($"/api/admin/users/{person.Id:D}");
    }
}
