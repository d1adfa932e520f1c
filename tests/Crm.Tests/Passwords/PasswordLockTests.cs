using System.Net;
using Palisade.Crm.Tests.Attacks;

namespace Palisade.Crm.Tests.Passwords;

public sealed class PasswordLockTests(CrmOffice work) : IClassFixture<CrmOffice>
{
    [Fact]
    public async Task Whom_a_stranger_locked_out_the_mailed_link_lets_in_again()
    {
        const string next = "Seven green 8 lanterns?";
        var person = await work.Office.HireAsync("viewer");
        using var stranger = work.Crm.NewClient();
        for (var guess = 0; guess < 5; guess++)
        {
            await stranger.LoginAsync(person.Email, "Wrong horse 7 battery!");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.LoginAsync(person.Email, client: "native")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await work.Crm.ResetAsync(await work.Crm.MailedTokenAsync(person.Email), next)).Status);
        using var owner = work.Crm.NewClient();
        Assert.Equal("signed_in", (await owner.LoginAsync(person.Email, next, "native"))["status"]);
    }

    [Fact]
    public async Task One_client_may_ask_for_five_links_and_then_waits_whatever_the_addresses_are()
    {
        using var client = work.Crm.NewClient();
        work.Crm.Clock.Advance(TimeSpan.FromMinutes(31)); // whatever the other test asked is over
        for (var asked = 0; asked < 5; asked++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/auth/password/forgot", new { email = $"nobody{asked}@example.com" })).Status);
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_attempts"), await RefusalAsync("nobody6@example.com"));
        work.Crm.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/auth/password/forgot", new { email = "nobody7@example.com" })).Status);

        async Task<(HttpStatusCode, string?)> RefusalAsync(string email)
        {
            var answer = await client.PostAsync("/auth/password/forgot", new { email });
            return (answer.Status, answer.Code);
        }
    }
}
