namespace Palisade.Docs.Tests;

/// <summary>What the documents call proved is there to be run, and nothing that is built goes unexplained.</summary>
public sealed class SecurityDocumentsTests
{
    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var sources = Repository.Sources("tests/").Values;

        // The evidence page is written from the tests themselves, by the very run that would have to come after this one.
        var written = Repository.Documents.Where(document => document != ReviewLineTests.Generated);
        Findings.None(written.SelectMany(document => NamedProofs.Missing(Repository.Text(document), sources).Select(name => $"{document}: {name}")));
    }

    [Theory]
    [InlineData("`GoneTests`", "GoneTests")]
    [InlineData("`HereTests.Gone`", "HereTests.Gone")]
    [InlineData("`HereTests.It_hol`", "HereTests.It_hol")]
    [InlineData("`HereTests` and `HereTests.It_holds`", null)]
    public void A_test_that_is_named_and_not_there_is_found(string document, string? expected) => Assert.Equal(
        expected is null ? [] : [expected],
        NamedProofs.Missing(document, ["class HereTests { void It_holds() { } }"]));

    [Fact]
    public void Each_capability_has_its_section_in_the_security_guide()
    {
        var guide = Repository.Text("docs/security.md");

        Assert.All(FeatureGraphTests.Capabilities(), capability => Assert.Contains($"\n### {capability}\n", guide, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_area_of_the_register_has_its_row_in_the_security_guide()
    {
        var areas = Repository.Text("docs/register/requirements.csv").Split('\n').Skip(1)
            .Where(line => line.Length > 0).Select(line => line.Split(',')[1]).Distinct().Order(StringComparer.Ordinal);
        var rows = Repository.Text("docs/security.md").Split('\n')
            .SkipWhile(line => line != "## The areas of the register").TakeWhile(line => !line.StartsWith("### ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2).Select(line => line.Split('|')[1].Trim());

        Assert.Equal(areas, rows.Order(StringComparer.Ordinal));
    }
}
