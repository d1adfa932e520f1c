using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Mfa;

namespace Palisade.Crm.Tests.Mfa;

public sealed class RecoveryTests(CrmOffice office) : IClassFixture<CrmOffice>
{
    private static readonly string[] Stopped = ["RECOVERY_STOPPED"];

    [Fact]
    [Asvs("V6.4.4")]
    public async Task A_lost_factor_is_replaced_after_a_wait_by_mailbox_and_password_and_is_then_on_probation()
    {
        var person = await office.Office.HireAsync("manager");
        using var thief = office.Crm.NewClient();
        thief.Seed = person.Seed;
        await thief.SignInAsync(person.Email, "native");
        using var client = office.Crm.NewClient();

        var asked = await AskAsync(client, person);
        Assert.Equal((HttpStatusCode.Accepted, "waiting"), (asked.Status, asked["status"]));
        Assert.NotEmpty(await TokensAsync("recovery_requested", person));
        office.Crm.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal("waiting", (await AskAsync(client, person))["status"]);
        Assert.Empty(await TokensAsync("recovery_ready", person));
        office.Crm.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("mailed", (await AskAsync(client, person))["status"]);
        var token = (await TokensAsync("recovery_ready", person))[^1];

        Assert.Equal("invalid_credentials", (await CompleteAsync(client, token, "Wrong horse 7 battery!")).Code);
        Assert.Equal("invalid_or_used_token", (await CompleteAsync(client, "guess", ApiClient.Password)).Code);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CompleteAsync(client, token, ApiClient.Password)));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.NoContent));
        Assert.NotEqual(HttpStatusCode.OK, (await thief.GetAsync("/account")).Status);
        Assert.Equal(1, await office.Crm.Behind.EventsAsync("RECOVERY_REQUESTED", person.Id));

        using var owner = office.Crm.NewClient();
        var login = await owner.LoginAsync(person.Email, client: "native");
        Assert.Equal("mfa_enrollment_required", login["status"]);
        var signedIn = await owner.EnrollAsync(login["challenge"]);
        owner.AccessToken = signedIn["accessToken"];
        await AssertOnProbationAsync(owner);
        owner.AccessToken = null;
        await owner.SignInAsync(person.Email, "native"); // another session of the same factor
        await AssertOnProbationAsync(owner);

        office.Crm.Clock.Advance(TimeSpan.FromHours(24));
        owner.AccessToken = null;
        await owner.SignInAsync(person.Email, "native");
        Assert.Equal(HttpStatusCode.OK, (await owner.PostAsync("/auth/mfa/backup-codes", new { })).Status);

        async Task AssertOnProbationAsync(ApiClient caller)
        {
            Assert.Equal((HttpStatusCode.Forbidden, "on_probation"), await OutcomeAsync(caller.PostAsync("/auth/mfa/backup-codes", new { })));
            Assert.Equal((HttpStatusCode.Forbidden, "on_probation"), await OutcomeAsync(caller.PostAsync("/auth/mfa/totp/enroll", new { })));
            Assert.Equal((HttpStatusCode.OK, null), await OutcomeAsync(caller.GetAsync("/account/security")));
            Assert.Equal((HttpStatusCode.OK, null), await OutcomeAsync(caller.GetAsync("/api/estates")));
            Assert.Equal((HttpStatusCode.Forbidden, "on_probation"), await OutcomeAsync(caller.GetAsync("/api/admin/users")));
        }
    }

    [Fact]
    public async Task The_holder_stops_it_by_the_mailed_link_and_every_session_ends()
    {
        var person = await office.Office.HireAsync("manager");
        using var session = office.Crm.NewClient();
        session.Seed = person.Seed;
        await session.SignInAsync(person.Email, "native");
        using var client = office.Crm.NewClient();
        await AskAsync(client, person);
        var token = (await TokensAsync("recovery_requested", person))[^1];

        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/recovery/cancel", new { token })).Status);
        Assert.Equal("invalid_or_used_token", (await client.PostAsync("/auth/recovery/cancel", new { token })).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await session.GetAsync("/account")).Status);
        office.Crm.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal("waiting", (await AskAsync(client, person))["status"]); // from the beginning
    }

    [Fact]
    public async Task One_that_the_holder_cannot_be_told_of_does_not_begin()
    {
        var person = await office.Office.HireAsync("manager");
        using var client = office.Crm.NewClient();
        await AskAsync(client, person);
        await client.PostAsync("/auth/recovery/cancel", new { token = (await TokensAsync("recovery_requested", person))[^1] });
        await office.Crm.Behind.ChangeAsync("UPDATE messaging.mailbox_caps SET sent = array_fill(last_at, ARRAY[20]) WHERE kind = 'recovery_requested'");

        var refused = await AskAsync(client, person);

        Assert.Equal((HttpStatusCode.TooManyRequests, "mailed_often_enough"), (refused.Status, refused.Code));
        Assert.Equal(0, await office.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM mfa.recoveries WHERE user_id = $1 AND state = 'waiting'", person.Id));
    }

    [Fact]
    public async Task The_factor_shown_after_all_stops_it()
    {
        var person = await office.Office.HireAsync("manager");
        using var client = office.Crm.NewClient();
        await AskAsync(client, person);
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email, "native");

        Assert.Equal("factor_shown", await office.Crm.Behind.ReadAsync<string>(
            "SELECT details ->> 'why' FROM audit.events WHERE type = ANY($1) AND entity_id = $2", Stopped, person.Id.ToString("D")));
    }

    [Fact]
    [Asvs("V6.4.4")]
    public async Task An_administrators_recovery_needs_a_second_person_and_longer()
    {
        var (person, other) = (await office.Office.HireAsync("admin"), await office.Office.HireAsync("superadmin"));
        using var client = office.Crm.NewClient();
        var asked = await AskAsync(client, person);
        Assert.True(asked.Json.GetProperty("needsApproval").GetBoolean());
        office.Crm.Clock.Advance(TimeSpan.FromHours(72));
        Assert.Equal("waiting", (await AskAsync(client, person))["status"]);

        using var approver = await SignedInAsync(other);
        var listed = (await approver.GetAsync("/api/admin/recoveries")).Json.GetProperty("items").EnumerateArray();
        var id = listed.Single(item => item.GetProperty("user").GetGuid() == person.Id).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await approver.PostAsync($"/api/admin/recoveries/{id}/approve", new { })).Status);
        Assert.Equal("mailed", (await AskAsync(client, person))["status"]);
        var token = (await TokensAsync("recovery_ready", person))[^1];
        Assert.Equal(HttpStatusCode.NoContent, (await CompleteAsync(client, token, ApiClient.Password)).Status);
    }

    [Fact]
    public async Task A_reset_by_an_administrator_takes_another_one_to_approve()
    {
        var (person, first, second) = (await office.Office.HireAsync("manager"), await office.Office.HireAsync("admin"), await office.Office.HireAsync("admin"));
        using var requester = await SignedInAsync(first);
        using var approver = await SignedInAsync(second);
        using var target = await SignedInAsync(person);

        var begun = await requester.PostAsync($"/api/admin/users/{person.Id:D}/reset-mfa", new { });
        Assert.Equal(HttpStatusCode.Accepted, begun.Status);
        Assert.Equal(HttpStatusCode.Conflict, (await requester.PostAsync($"/api/admin/users/{person.Id:D}/reset-mfa", new { })).Status);
        var approve = $"/api/admin/recoveries/{begun["id"]}/approve";
        Assert.Equal(HttpStatusCode.Forbidden, (await requester.PostAsync(approve, new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await target.PostAsync(approve, new { })).Status);
        using var client = office.Crm.NewClient();
        office.Crm.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("waiting", (await AskAsync(client, person))["status"]);
        using var approverAgain = await SignedInAsync(second);
        Assert.Equal(HttpStatusCode.NoContent, (await approverAgain.PostAsync(approve, new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await approverAgain.PostAsync(approve, new { })).Status);
        Assert.Equal("mailed", (await AskAsync(client, person))["status"]);
    }

    [Fact]
    public async Task A_second_person_says_no_and_nobody_resets_their_own_or_above_them()
    {
        var (person, first, second, above) = (
            await office.Office.HireAsync("manager"), await office.Office.HireAsync("admin"), await office.Office.HireAsync("admin"), await office.Office.HireAsync("superadmin"));
        using var requester = await SignedInAsync(first);
        using var approver = await SignedInAsync(second);
        var begun = await requester.PostAsync($"/api/admin/users/{person.Id:D}/reset-mfa", new { });
        Assert.Equal(HttpStatusCode.NoContent, (await approver.PostAsync($"/api/admin/recoveries/{begun["id"]}/reject", new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await approver.PostAsync($"/api/admin/recoveries/{begun["id"]}/approve", new { })).Status);
        foreach (var id in new[] { first.Id, above.Id })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await requester.PostAsync($"/api/admin/users/{id:D}/reset-mfa", new { })).Status);
        }
    }

    [Fact]
    public async Task From_the_machine_an_administrator_is_let_in_at_once_and_it_is_recorded_and_told()
    {
        var person = await office.Office.HireAsync("admin");
        var viewer = await office.Office.HireAsync("viewer");
        using var session = await SignedInAsync(person);

        Assert.False(await office.Crm.Services.RecoverAdministratorAsync(viewer.Email, TestContext.Current.CancellationToken));
        Assert.False(await office.Crm.Services.RecoverAdministratorAsync("nobody@example.com", TestContext.Current.CancellationToken));
        Assert.True(await office.Crm.Services.RecoverAdministratorAsync(person.Email, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.Unauthorized, (await session.GetAsync("/account")).Status);
        using var client = office.Crm.NewClient();
        var login = await client.LoginAsync(person.Email, client: "native");
        Assert.Equal("mfa_enrollment_required", login["status"]);
        client.AccessToken = (await client.EnrollAsync(login["challenge"]))["accessToken"];
        Assert.Equal("on_probation", (await client.GetAsync("/api/admin/users")).Code);
        Assert.Equal(1, await office.Crm.Behind.EventsAsync("RECOVERY_COMPLETED", person.Id));
        Assert.Equal(1L, await office.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE user_id = $1 AND template = 'recovery_completed'", person.Id));
    }

    private static async Task<Answer> AskAsync(ApiClient client, Person person) =>
        await client.PostAsync("/auth/recovery", new { challenge = await person.ChallengeAsync(client) });

    private static Task<Answer> CompleteAsync(ApiClient client, string? token, string password) =>
        client.PostAsync("/auth/recovery/complete", new { token, password });

    private static async Task<(HttpStatusCode, string?)> OutcomeAsync(Task<Answer> asking)
    {
        var answer = await asking;
        return (answer.Status, answer.Code);
    }

    private async Task<List<string>> TokensAsync(string kind, Person person) =>
        [.. (await new MailBox(office.Crm).ToAsync(person.Email, kind)).Select(mail => mail.Token)];

    private async Task<ApiClient> SignedInAsync(Person person)
    {
        var client = office.Crm.NewClient();
        client.Seed = person.Seed;
        await client.SignInAsync(person.Email, "native");
        return client;
    }
}
