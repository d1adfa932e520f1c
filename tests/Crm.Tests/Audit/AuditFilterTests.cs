using System.Globalization;
using System.Net;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Audit;

public sealed class AuditFilterTests(Acme acme) : IClassFixture<Acme>
{
    [Fact]
    public async Task Each_filter_finds_what_it_names_and_nothing_else()
    {
        var estate = (await acme.Ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 }))["id"];
        await acme.Ada.SendAsync(HttpMethod.Patch, $"/api/estates/{estate}", new { totalUnits = 13 });
        var user = (await acme.Ada.GetAsync("/account"))["id"];

        Assert.Equal(["ESTATE_UPDATED", "ESTATE_CREATED"], await ActionsAsync($"entity={estate}"));
        Assert.Equal(["ESTATE_UPDATED", "ESTATE_CREATED"], await ActionsAsync("entity=estate"));
        Assert.Equal(["ESTATE_CREATED"], await ActionsAsync($"action=ESTATE_CREATED&user={user}&entity=estate"));
        Assert.Empty(await ActionsAsync($"action=ESTATE_CREATED&user={Guid.CreateVersion7()}"));
        Assert.Empty(await ActionsAsync("entity=estate&ip=192.0.2.1"));

        var created = await acme.Crm.Behind.ValueAsync<DateTime>("SELECT occurred_at FROM audit.events WHERE type = 'ESTATE_CREATED' AND entity_id = $1", estate);
        var (at, before, after) = (Text(created), Text(created.AddMicroseconds(-1)), Text(created.AddMicroseconds(1)));
        Assert.Equal(["ESTATE_CREATED"], await ActionsAsync($"entity={estate}&from={at}&to={at}"));
        Assert.Equal(["ESTATE_UPDATED"], await ActionsAsync($"entity={estate}&from={after}"));
        Assert.Empty(await ActionsAsync($"entity={estate}&to={before}"));
        Assert.Equal(["ESTATE_UPDATED", "ESTATE_CREATED"], await ActionsAsync($"entity={estate}&from=1900-01-01T00:00:00Z&to=9999-12-31T23:59:59.9999999Z"));
    }

    private static string Text(DateTime time) => Uri.EscapeDataString(time.ToString("O", CultureInfo.InvariantCulture));

    private async Task<IReadOnlyList<string?>> ActionsAsync(string filter)
    {
        var answer = await acme.Ada.GetAsync($"/api/admin/audit?{filter}");
        Assert.Equal((filter, HttpStatusCode.OK), (filter, answer.Status));
        return [.. answer.Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("action").GetString())];
    }
}
