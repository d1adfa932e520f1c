namespace Palisade.Docs.Tests;

public sealed class FeatureGraphTests
{
    private static readonly Dictionary<string, string> Planted = new()
    {
        ["Front.cs"] = "using Palisade.Alpha; using Palisade.Beta;",
        ["Alpha/Door.cs"] = "using Palisade.Beta; // using Palisade.Gamma;\nvar log = \"Palisade.Gamma\";",
        ["Beta/Thing.cs"] = "namespace Palisade.Beta;",
        ["Beta/Internal/Cell.cs"] = "var thing = new Gamma.Well(); thing.Alpha.Door();",
        ["Gamma/Well.cs"] = "using Palisade.Beta.Internal; using Palisade.Crypto.Secrets;",
    };

    [Fact]
    public void Capabilities_use_whom_the_table_in_the_architecture_lets_them_and_nobody_else()
    {
        var sources = Repository.Sources("src/Palisade/");

        Findings.None(FeatureGraph.Differences(FeatureGraph.Parse(Table()), FeatureGraph.Of(sources)));
        // A use that no file names could not be seen.
        Assert.DoesNotContain(sources.Values, source => source.Contains("global using", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_capability_stands_in_the_table_even_if_it_uses_nobody()
    {
        var listed = Table().Split('\n').Where(line => line.Contains("->", StringComparison.Ordinal)).Select(line => line.Split("->")[0].Trim());

        Assert.Equal(Capabilities(), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Uses_are_found_in_usings_and_in_qualified_names_but_not_in_text()
    {
        var found = FeatureGraph.Of(Planted);

        Assert.Equal(["Alpha -> Beta", "Beta -> Gamma", "Gamma -> Beta*"], found.Select(use => use.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Alpha -> Beta\nBeta -> Gamma", "Gamma -> Beta* is in the sources")]
    [InlineData("Alpha -> Beta\nBeta -> Gamma\nGamma -> Beta", "Gamma -> Beta* is in the sources")]
    [InlineData("Alpha -> Beta Gamma\nBeta -> Gamma\nGamma -> Beta*", "Alpha -> Gamma is in the table")]
    public void A_use_that_is_not_listed_and_a_listed_one_that_is_not_used_are_both_differences(string table, string expected)
    {
        var differences = FeatureGraph.Differences(FeatureGraph.Parse(table), FeatureGraph.Of(Planted));

        Assert.Contains(differences, difference => difference.StartsWith(expected, StringComparison.Ordinal));
    }

    internal static IReadOnlyList<string> Capabilities() =>
        [.. Repository.Sources("src/Palisade/").Keys.Where(path => path.Contains('/', StringComparison.Ordinal)).Select(path => path.Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];

    private static string Table()
    {
        const string begin = "<!-- feature graph -->";
        var text = Repository.Text("ARCHITECTURE.md");
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[start..text.IndexOf("<!-- /feature graph -->", start, StringComparison.Ordinal)];
    }
}
