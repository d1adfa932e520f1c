using System.Net;
using System.Text;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Estates;

public sealed class EstatesTests(Acme acme) : IClassFixture<Acme>
{
    [Theory, Requirement("R194")]
    [InlineData(3, 5, 0, "1", true)]
    [InlineData(100, 255, 1000, "1000", true)]
    [InlineData(2, 5, 0, "1", false)]
    [InlineData(101, 5, 0, "1", false)]
    [InlineData(3, 4, 0, "1", false)]
    [InlineData(3, 256, 0, "1", false)]
    [InlineData(3, 5, 1001, "1", false)]
    [InlineData(3, 5, 0, "0", false)]
    [InlineData(3, 5, 0, "1001", false)]
    [InlineData(3, 5, 0, "1.5", false)]
    [InlineData(3, 5, 0, "\"10\"", false)]
    [InlineData(3, 5, 0, "null", false)]
    public async Task Each_boundary_holds_for_a_new_estate_and_for_a_change(int name, int location, int description, string units, bool allowed)
    {
        var members = $"\"name\":\"{new string('é', name)}\",\"location\":\"{new string('b', location)}\",\"description\":\"{new string('c', description)}\"";
        using var body = new StringContent($"{{{members},\"totalUnits\":{units}}}", Encoding.UTF8, "application/json");

        var made = await acme.Ada.SendAsync(HttpMethod.Post, "/api/estates", body);

        Assert.Equal(allowed ? HttpStatusCode.Created : HttpStatusCode.BadRequest, made.Status);
        if (units != "null")
        {
            var estate = await acme.Ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
            using var change = new StringContent($"{{{members},\"totalUnits\":{units}}}", Encoding.UTF8, "application/json");
            var changed = await acme.Ada.SendAsync(HttpMethod.Patch, $"/api/estates/{estate["id"]}", change);
            Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.BadRequest, changed.Status);
        }
    }

    [Fact, Requirement("R257")]
    public async Task A_deleted_estate_is_gone_from_every_read_and_its_row_stays()
    {
        var estate = await acme.Ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        var path = $"/api/estates/{estate["id"]}";

        Assert.Equal(HttpStatusCode.NoContent, (await acme.Ada.SendAsync(HttpMethod.Delete, path)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await acme.Ada.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await acme.Ada.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.DoesNotContain(estate["id"], (await acme.Ada.GetAsync("/api/estates?pageSize=100")).Text, StringComparison.Ordinal);
        Assert.Equal(1, await acme.Crm.Behind.ValueAsync<long>("SELECT count(*) FROM crm.estates WHERE id = $1 AND deleted_at IS NOT NULL", Guid.Parse(estate["id"])));
    }

    [Fact]
    public async Task An_owner_adds_reads_and_changes_estates_but_does_not_delete_them()
    {
        var owner = await acme.WithRoleAsync("owner");
        var estate = await owner.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        var path = $"/api/estates/{estate["id"]}";

        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync(path)).Status);
        Assert.Equal(13, (await owner.SendAsync(HttpMethod.Patch, path, new { totalUnits = 13 })).Json.GetProperty("totalUnits").GetInt32());
        Assert.Equal(HttpStatusCode.Forbidden, (await owner.SendAsync(HttpMethod.Delete, path)).Status);
    }
}
