using System.Net;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests;

public sealed class FirstDayTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    public async Task An_administrator_sets_up_imports_works_and_every_act_is_in_the_log()
    {
        using var ada = crm.NewClient();
        await ada.SetUpAsync();

        using var file = new StreamContent(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", "customers.csv")));
        file.Headers.ContentType = new("text/csv");
        var import = await ada.SendAsync(HttpMethod.Post, "/api/customers/import", file);
        Assert.Equal(HttpStatusCode.OK, import.Status);
        Assert.Equal(9811, import.Json.GetProperty("imported").GetInt32());

        var estate = await ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        Assert.Equal(HttpStatusCode.Created, estate.Status);
        var changed = await ada.SendAsync(HttpMethod.Patch, $"/api/estates/{estate["id"]}", new { totalUnits = 14 });
        Assert.Equal(14, changed.Json.GetProperty("totalUnits").GetInt32());

        using var vera = await ada.InviteAsync("vera@example.com", "viewer");
        Assert.Equal(HttpStatusCode.OK, (await vera.GetAsync("/api/estates")).Status);
        var refused = await vera.PostAsync("/api/estates", new { name = "Nope", location = "Nowhere 1", totalUnits = 1 });
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (refused.Status, refused.Code));

        var log = await ada.GetAsync("/api/admin/audit?pageSize=100");
        var actions = log.Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("action").GetString()).ToHashSet();
        Assert.Superset(
            new HashSet<string?> { "SETUP_COMPLETED", "MFA_ENROLLED", "LOGIN_SUCCESS", "CUSTOMERS_IMPORTED", "ESTATE_CREATED", "ESTATE_UPDATED", "USER_CREATED", "INVITATION_ACCEPTED", "ACCESS_DENIED" },
            actions);
    }
}
