using System.Net;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Messaging;

public sealed class InvitationMailTests(CrmOffice crm) : IClassFixture<CrmOffice>
{
    [Fact]
    public async Task An_invitation_arrives_with_a_link_that_opens_the_account()
    {
        var invited = await crm.Office.Admin.PostAsync("/api/admin/users", new { email = "new@example.com", name = "New Person", role = "viewer" });

        var mail = await new MailBox(crm.Crm).LatestAsync("new@example.com", "invitation");

        Assert.Equal("You are invited to Palisade", mail.Subject);
        Assert.Equal($"{crm.Crm.Address.GetLeftPart(UriPartial.Authority)}/console/accept-invitation#{invited["invitation"]}", mail.Link.AbsoluteUri);
        Assert.Contains("7 days", mail.Text, StringComparison.Ordinal);
        using var person = crm.Crm.NewClient();
        var accepted = await person.PostAsync("/auth/accept-invitation", new { token = mail.Token, password = ApiClient.Password });
        Assert.Equal(HttpStatusCode.NoContent, accepted.Status);
    }
}
