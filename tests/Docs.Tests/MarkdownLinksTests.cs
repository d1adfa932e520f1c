namespace Palisade.Docs.Tests;

public sealed class MarkdownLinksTests
{
    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        static string? Read(string path)
        {
            var full = Path.Combine(Repository.Root, path);
            return Directory.Exists(full) ? "" : File.Exists(full) ? path.EndsWith(".md", StringComparison.Ordinal) ? Repository.Text(path) : "" : null;
        }

        Findings.None(Repository.Documents.SelectMany(document => MarkdownLinks.Broken(document, Repository.Text(document), Read)));
    }

    [Theory]
    [InlineData("[a](gone.md)", "docs/a.md: gone.md")]
    [InlineData("[a](b.md#no-such)", "docs/a.md: b.md#no-such")]
    [InlineData("![a](../images/gone.png)", "docs/a.md: ../images/gone.png")]
    [InlineData("[a](b.md) [b](b.md#the-second-part) [c](#here) [d](https://example.com/x) [e](../src)\n## Here", null)]
    [InlineData("```\n[a](gone.md)\n```\n<!-- [b](gone.md) -->", null)]
    public void A_link_to_nothing_is_found_and_one_that_leads_somewhere_is_not(string text, string? expected)
    {
        string? Read(string path) => path switch
        {
            "docs/a.md" => text,
            "docs/b.md" => "# B\n\n## The second: part!",
            "src" => "",
            _ => null,
        };

        Assert.Equal(expected is null ? [] : [expected], MarkdownLinks.Broken("docs/a.md", text, Read));
    }
}
