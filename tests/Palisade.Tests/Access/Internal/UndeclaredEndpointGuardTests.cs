using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Access.Internal;

namespace Palisade.Tests.Access.Internal;

public sealed class UndeclaredEndpointGuardTests
{
    private static readonly PermissionCatalogue Catalogue = new(["estate:read", "estate:update"]);

    [Fact]
    public void An_endpoint_that_says_one_thing_passes() => Assert.Empty(UndeclaredEndpointGuard.Mistakes(
        [Endpoint("a", new OpenToAnyoneAttribute("test")), Endpoint("b", new RequireSignedInAttribute()), Endpoint("c", new RequirePermissionAttribute("estate:read"))], Catalogue));

    [Fact, Requirement("R085")]
    public void Silence_contradiction_and_unknown_permissions_are_all_named_together()
    {
        var mistakes = UndeclaredEndpointGuard.Mistakes(
            [
                Endpoint("silent"),
                Endpoint("both", new OpenToAnyoneAttribute("test"), new RequirePermissionAttribute("estate:read")),
                Endpoint("twice", new RequirePermissionAttribute("estate:read"), new RequirePermissionAttribute("estate:update")),
                Endpoint("invented", new RequirePermissionAttribute("estate:demolish")),
                Endpoint("good", new RequireSignedInAttribute()),
            ],
            Catalogue);

        Assert.Equal(["silent", "both", "twice", "invented"], mistakes.Select(mistake => mistake.Split(':')[0]));
    }

    private static Endpoint Endpoint(string name, params object[] metadata) => new(null, new EndpointMetadataCollection(metadata), name);
}
