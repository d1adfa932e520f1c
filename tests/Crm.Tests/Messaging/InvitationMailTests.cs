using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Messaging;

public sealed class InvitationMailTests(CrmOffice crm) : IClassFixture<CrmOffice>
{
    [Fact]
    public async Task An_invitation_arrives_with_a_link_that_opens_the_account()
    {
        await crm.Office.RenewAsync();
        var invited = await crm.Office.Admin.PostAsync("/api/admin/users", new { email = "new@example.com", name = "New Person", role = "viewer" });

        var mail = await new MailBox(crm.Crm).LatestAsync("new@example.com", "invitation");

        Assert.Equal("You are invited to Palisade", mail.Subject);
        Assert.Equal($"{crm.Crm.Address.GetLeftPart(UriPartial.Authority)}/console/accept-invitation#{invited["invitation"]}", mail.Link.AbsoluteUri);
        Assert.Contains("7 days", mail.Text, StringComparison.Ordinal);
        using var person = crm.Crm.NewClient();
        var accepted = await person.PostAsync("/auth/accept-invitation", new { token = mail.Token, password = ApiClient.Password });
        Assert.Equal(HttpStatusCode.NoContent, accepted.Status);
    }

    [Fact]
    [Asvs("V6.4.1")]
    public async Task An_invitation_is_unguessable_good_once_for_seven_days_and_for_nothing_but_choosing_a_password()
    {
        var codes = new HashSet<string>();
        for (var person = 0; person < 20; person++)
        {
            Assert.True(codes.Add(await InviteAsync($"many{person}@example.com")));
        }

        Assert.All(codes, code => Assert.Matches(@"\A[A-Za-z0-9_-]{22,}\z", code)); // 128 bits and more
        using var client = crm.Crm.NewClient();
        var (token, late) = (await InviteAsync("soon@example.com"), await InviteAsync("late@example.com"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.LoginAsync("soon@example.com", token, "native")).Status);
        client.AccessToken = token;
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/account")).Status);
        client.AccessToken = null;
        Assert.Equal("validation_failed", (await client.PostAsync("/auth/accept-invitation", new { token })).Code);

        crm.Crm.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/auth/accept-invitation", new { token, password = ApiClient.Password })).Status);
        Assert.Equal("invalid_or_used_token", (await client.PostAsync("/auth/accept-invitation", new { token, password = ApiClient.Password })).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.LoginAsync("soon@example.com", token, "native")).Status);
        crm.Crm.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("invalid_or_used_token", (await client.PostAsync("/auth/accept-invitation", new { token = late, password = ApiClient.Password })).Code);
    }

    private async Task<string> InviteAsync(string email)
    {
        await crm.Office.RenewAsync();
        return (await crm.Office.Admin.PostAsync("/api/admin/users", new { email, name = "New Person", role = "viewer" }))["invitation"];
    }
}
