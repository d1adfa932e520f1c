using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Accounts;

public sealed class ReloadedPageTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    public async Task A_page_of_ours_that_was_reloaded_gets_its_tokens_again_and_a_foreign_one_does_not()
    {
        using var ada = crm.NewClient();
        await ada.SetUpAsync();
        (ada.AccessToken, ada.CsrfToken) = (null, null); // what a script held in memory is gone; the cookies are not

        var foreign = await ada.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("Sec-Fetch-Site", "cross-site"));
        var unsaid = await ada.SendAsync(HttpMethod.Post, "/auth/refresh", null);
        var own = await ada.SendAsync(HttpMethod.Post, "/auth/refresh", null, ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal("invalid_csrf_token", foreign.Code);
        Assert.Equal("invalid_csrf_token", unsaid.Code);
        Assert.Equal(HttpStatusCode.OK, own.Status);
        ada.CsrfToken = own["csrfToken"];
        Assert.Equal(HttpStatusCode.NoContent, (await ada.SendAsync(HttpMethod.Post, "/auth/logout", null)).Status);
    }
}
