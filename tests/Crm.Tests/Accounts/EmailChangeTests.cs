using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Accounts;

public sealed class EmailChangeTests(CrmOffice place) : IClassFixture<CrmOffice>
{
    private readonly CrmInstance crm = place.Crm;
    private readonly MailBox mails = new(place.Crm);

    [Fact]
    public async Task An_account_moves_once_the_new_mailbox_answers_and_both_are_told()
    {
        var (client, person) = await SignedInAsync();
        using var _ = client;

        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/account/email", new { email = "grace.new@example.org" })).Status);
        Assert.Equal(person.Email, (await client.GetAsync("/account"))["email"]);
        var token = (await mails.LatestAsync("grace.new@example.org", "confirm_new_email")).Token;
        Assert.Equal("email_change_requested", (await mails.ToAsync(person.Email))[^1].Kind);

        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/email/confirm", new { token })).Status);
        Assert.Equal("invalid_or_used_token", (await client.PostAsync("/auth/email/confirm", new { token })).Code);

        Assert.Equal("grace.new@example.org", (await client.GetAsync("/account"))["email"]);
        Assert.Equal("email_changed", (await mails.ToAsync(person.Email))[^1].Kind);
        Assert.Equal("email_changed", (await mails.ToAsync("grace.new@example.org"))[^1].Kind);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.LoginAsync(person.Email)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.LoginAsync("grace.new@example.org", client: "native")).Status);
    }

    [Fact]
    public async Task The_present_mailbox_stops_a_move_and_ends_every_session()
    {
        var (thief, person) = await SignedInAsync();
        using var _ = thief;
        await thief.PostAsync("/account/email", new { email = "thief@example.org" });
        var token = (await mails.LatestAsync("thief@example.org", "confirm_new_email")).Token;
        using var owner = crm.NewClient();

        var stopped = await owner.PostAsync("/auth/email/object", new { token = (await mails.LatestAsync(person.Email, "email_change_requested")).Token });

        Assert.Equal(HttpStatusCode.NoContent, stopped.Status);
        Assert.Equal("invalid_or_used_token", (await thief.PostAsync("/auth/email/confirm", new { token })).Code);
        Assert.Equal("token_revoked", (await thief.GetAsync("/account")).Code);
        Assert.Equal(HttpStatusCode.OK, (await person.LoginAsync(owner)).Status);
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_answered_alike_and_its_owner_is_told()
    {
        var taken = await place.Office.HireAsync("viewer");
        var (client, _) = await SignedInAsync();
        using var __ = client;

        var (known, unknown) = (await client.PostAsync("/account/email", new { email = taken.Email }), await client.PostAsync("/account/email", new { email = "free@example.org" }));

        Assert.Equal((known.Status, known.Text), (unknown.Status, unknown.Text));
        Assert.Equal("address_already_registered", (await mails.ToAsync(taken.Email))[^1].Kind);
        Assert.Empty(await mails.ToAsync(taken.Email, "confirm_new_email"));
    }

    [Fact]
    public async Task A_move_that_the_present_mailbox_cannot_be_told_of_does_not_begin()
    {
        var taken = await place.Office.HireAsync("viewer");
        var (client, person) = await SignedInAsync();
        using var _ = client;
        await client.PostAsync("/account/email", new { email = "first@example.org" });
        await crm.Behind.ChangeAsync("UPDATE messaging.mailbox_caps SET sent = array_fill(last_at, ARRAY[20]) WHERE kind = 'email_change_requested'");

        foreach (var email in new[] { "second@example.org", taken.Email })
        {
            var refused = await client.PostAsync("/account/email", new { email });
            Assert.Equal((HttpStatusCode.TooManyRequests, "mailed_often_enough"), (refused.Status, refused.Code));
        }

        Assert.Equal("first@example.org", await crm.Behind.ReadAsync<string>("SELECT email FROM accounts.email_changes WHERE user_id = $1", person.Id));
        Assert.Empty(await mails.ToAsync("second@example.org"));
        Assert.Empty(await mails.ToAsync(taken.Email, "address_already_registered"));
    }

    [Fact]
    public async Task A_link_to_confirm_outlives_those_that_are_not_mailed_any_more()
    {
        var (client, _) = await SignedInAsync();
        using var __ = client;
        for (var time = 0; time < 5; time++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/account/email", new { email = "often@example.org" })).Status);
        }

        var links = await mails.ToAsync("often@example.org", "confirm_new_email");
        Assert.Equal(3, links.Count);
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/email/confirm", new { token = links[^1].Token })).Status);
    }

    [Fact]
    public async Task Two_accounts_that_move_to_one_address_at_once_do_not_meet()
    {
        var (one, _) = await SignedInAsync();
        var (other, _) = await SignedInAsync();
        using var first = one;
        using var second = other;
        await one.PostAsync("/account/email", new { email = "shared@example.org" });
        await other.PostAsync("/account/email", new { email = "shared@example.org" });
        var tokens = (await mails.ToAsync("shared@example.org", "confirm_new_email")).Select(mail => mail.Token).ToArray();
        Assert.Equal(2, tokens.Length);

        var answers = await Task.WhenAll(one.PostAsync("/auth/email/confirm", new { token = tokens[0] }), other.PostAsync("/auth/email/confirm", new { token = tokens[1] }));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.Single(answers, answer => answer.Code == "invalid_or_used_token");
    }

    [Fact]
    public async Task A_move_needs_a_recent_proof()
    {
        var (client, _) = await SignedInAsync();
        using var __ = client;
        crm.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal("step_up_required", (await client.PostAsync("/account/email", new { email = "later@example.org" })).Code);
    }

    private async Task<(ApiClient Client, Person Person)> SignedInAsync()
    {
        var person = await place.Office.HireAsync("viewer");
        var client = crm.NewClient();
        client.AccessToken = (await person.LoginAsync(client))["accessToken"];
        return (client, person);
    }
}
