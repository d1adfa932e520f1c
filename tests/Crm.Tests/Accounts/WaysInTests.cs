using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;
using Palisade.Sessions;
using Palisade.Sessions.Internal;

namespace Palisade.Crm.Tests.Accounts;

public sealed class WaysInTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    [Asvs("V6.1.3")]
    public void Every_way_in_is_in_the_document_and_no_other()
    {
        // What strangers may send anything to, and what a request may carry.
        var open = MappedRoute.AllOf(crm).Where(route => route.IsOpen && route.Method != "GET").Select(route => route.ToString());
        var carried = CallerMiddleware.Schemes.Select(scheme => $"Authorization: {scheme}").Append($"Cookie: {SessionCookies.Session}");

        Assert.Equal(open.Concat(carried).Order(StringComparer.Ordinal), Documented().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Palisade.slnx")))
        {
            folder = folder.Parent!;
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "ways-in.md")).Split("<!-- ways in -->")[1].Split("<!-- /ways in -->")[0].Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
    }
}
