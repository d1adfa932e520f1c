using Palisade.Validation;
using Palisade.Validation.Internal;

namespace Palisade.Tests.Validation;

public sealed class DisposableDomainsTests
{
    [Theory]
    [InlineData("mailinator.com", true)]
    [InlineData("deep.below.mailinator.com", true)]
    [InlineData("notmailinator.com", false)]
    [InlineData("com", false)]
    [InlineData("", false)]
    [InlineData("example.com", false)]
    [InlineData("gmail.com", false)]
    [InlineData("xn--gmal-nza.net", true)]
    public void A_domain_is_known_by_itself_and_by_what_is_above_it(string domain, bool listed) =>
        Assert.Equal(listed, DisposableDomains.Contains(domain));

    [Fact]
    [Requirement("R195")]
    public void The_host_adds_domains_and_takes_others_out()
    {
        try
        {
            DisposableDomains.Adjust(also: ["throwaway.test"], except: ["33mail.com"]);

            Assert.True(DisposableDomains.Contains("x.throwaway.test"));
            Assert.False(DisposableDomains.Contains("me.33mail.com"));
            Assert.True(DisposableDomains.Contains("mailinator.com"));
        }
        finally
        {
            DisposableDomains.Adjust([], []);
        }
        Assert.False(DisposableDomains.Contains("throwaway.test"));
        Assert.True(DisposableDomains.Contains("me.33mail.com"));
    }

    [Fact]
    public void Every_line_of_the_list_is_found_and_its_neighbours_are_not()
    {
        using var file = DataFiles.Open("disposable-domains.br");
        using var text = new StreamReader(new System.IO.Compression.BrotliStream(file, System.IO.Compression.CompressionMode.Decompress));
        var lines = text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var again = DataFiles.Open("disposable-domains.br");
        var sorted = SortedLines.Read(again);

        Assert.InRange(lines.Length, 100_000, 200_000);
        Assert.Equal(lines.Length, lines.Count(sorted.Contains));
        Assert.Equal(0, lines.Count(line => sorted.Contains(line + "!") || sorted.Contains("!" + line)));
        Assert.InRange(sorted.SizeInBytes, 1, 3 * 1024 * 1024);
    }
}
