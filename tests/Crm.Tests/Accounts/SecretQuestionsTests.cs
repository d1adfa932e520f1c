using System.Text.RegularExpressions;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Accounts;

/// <summary>No hint to a password and no question about one's mother, in the database, in the API or on a page.</summary>
public sealed partial class SecretQuestionsTests(CrmInstance crm) : IClassFixture<CrmInstance>
{
    [Fact]
    [Asvs("V6.4.2")]
    public async Task Nothing_asks_for_a_hint_or_a_secret_question()
    {
        var columns = await crm.Behind.ReadAsync<string[]>(
            "SELECT array_agg(table_name || '.' || column_name) FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')");
        Assert.True(columns.Length > 200, $"{columns.Length} columns");
        Assert.DoesNotContain(columns, Telling().IsMatch);

        var members = MappedRoute.AllOf(crm).Select(route => route.Body).OfType<Type>().Distinct().SelectMany(body => body.GetProperties(), (body, member) => $"{body.Name}.{member.Name}").ToList();
        Assert.True(members.Count > 50, $"{members.Count} members");
        Assert.DoesNotContain(members, Telling().IsMatch);

        using var visitor = crm.NewClient();
        var pages = Console.ConsolePages.All.Where(page => page.IsDoor).ToList();
        Assert.True(pages.Count > 5);
        foreach (var page in pages)
        {
            Assert.DoesNotMatch(Asking(), (await visitor.GetAsync(page.AddressOf(Guid.Empty))).Text);
        }
    }

    [GeneratedRegex("hint|question|answer|reminder", RegexOptions.IgnoreCase)]
    private static partial Regex Telling();

    [GeneratedRegex("(password|security|secret) (hint|question|answer)|maiden name|first pet|favou?rite", RegexOptions.IgnoreCase)]
    private static partial Regex Asking();
}
