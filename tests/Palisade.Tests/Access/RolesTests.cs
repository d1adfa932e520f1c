using System.Text;
using System.Text.Json;
using Palisade.Access;

namespace Palisade.Tests.Access;

public sealed class RolesTests
{
    [Theory, Requirement("R078")]
    [InlineData("""{ "permissions": ["estate:read"], "roles": [{ "name": "a", "class": "user", "rank": 1, "allows": ["estate:raed"] }] }""")]
    [InlineData("""{ "permissions": [], "roles": [{ "name": "a", "class": "user", "rank": 1, "allows": ["estate:read"] }] }""")]
    [InlineData("""{ "permissions": ["estate:read"], "roles": [{ "name": "a", "class": "user", "rank": 1, "allows": ["*", "estate:read"] }] }""")]
    public void A_role_with_a_permission_that_does_not_exist_is_no_role(string preset) =>
        Assert.Throws<UnknownPermissionException>(() => Read(preset));

    [Theory]
    [InlineData("""{ "permissions": ["a:b", "a:b"], "roles": [] }""")]
    public void A_permission_stands_in_the_catalogue_once(string preset) => Assert.Throws<ArgumentException>(() => Read(preset));

    [Theory]
    [InlineData("""{ "permissions": [], "roles": [], "rolls": [] }""")]
    [InlineData("""{ "permissions": [], "permissions": [], "roles": [] }""")]
    [InlineData("""{ "permissions": [], "roles": [{ "name": "a", "class": "user", "rank": 1, "allows": [], "deny": ["x"] }] }""")]
    public void A_preset_with_a_misspelt_or_repeated_member_is_not_read(string preset) => Assert.Throws<JsonException>(() => Read(preset));

    [Fact]
    public void A_role_name_given_twice_is_refused() => Assert.ThrowsAny<ArgumentException>(() => Read(
        """{ "permissions": [], "roles": [{ "name": "a", "class": "user", "rank": 1, "allows": [] }, { "name": "a", "class": "admin", "rank": 2, "allows": [] }] }"""));

    [Fact]
    public void A_star_is_every_permission_and_a_list_no_more_than_it_says()
    {
        var roles = Read(
            """
            { "permissions": ["a:b", "a:c", "a:d"], "roles": [
              { "name": "all", "class": "admin", "rank": 2, "allows": ["*"] }, { "name": "some", "class": "user", "rank": 1, "allows": ["a:c"] }] }
            """);

        Assert.Equal(["a:b", "a:c", "a:d"], roles.Catalogue.NamesIn(roles.Find("all")!.Permissions));
        Assert.Equal(["a:c"], roles.Catalogue.NamesIn(roles.Find("some")!.Permissions));
        Assert.Null(roles.Find("ALL"));
        Assert.Null(roles.Find(null));
    }

    [Fact]
    public void The_hundred_and_twenty_eighth_permission_is_kept_apart_from_the_others()
    {
        var catalogue = new PermissionCatalogue(Enumerable.Range(0, 128).Select(number => $"p:{number}"));
        for (var index = 0; index < 128; index++)
        {
            var set = catalogue.Set([$"p:{index}"]);
            Assert.Equal([index], Enumerable.Range(0, 128).Where(set.Contains));
        }

        Assert.Throws<ArgumentException>(() => new PermissionCatalogue(Enumerable.Range(0, 129).Select(number => $"p:{number}")));
    }

    private static RoleBook Read(string preset)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(preset));
        return RoleBook.Read(stream);
    }
}
