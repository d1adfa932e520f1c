using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Hardening;

public sealed class ForwardedHeadersTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    public async Task Without_a_named_proxy_a_client_cannot_say_where_it_comes_from()
    {
        using var ada = crm.NewClient();
        await ada.SetUpAsync();
        await ada.SendAsync(HttpMethod.Get, "/api/admin/users", null, ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http"));

        var entry = (await ada.GetAsync("/api/admin/audit?action=USERS_VIEWED")).Json.GetProperty("items")[0];
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(entry.GetProperty("ip").GetString()!)));
    }
}
