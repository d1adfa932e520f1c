namespace Palisade.Evidence.Tests;

public sealed class RegisterTests
{
    [Fact]
    public void The_registers_of_this_repository_are_whole()
    {
        var registers = Register.ReadAll(Path.Combine(RepositoryRoot(), "docs", "register"));

        Assert.Equal([425, 69, 345], registers.Select(register => register.Rows.Count));
    }

    [Fact]
    public void Every_title_says_what_is_wanted_in_few_words()
    {
        var rows = Register.ReadAll(Path.Combine(RepositoryRoot(), "docs", "register")).SelectMany(register => register.Rows);

        Assert.All(rows, row => Assert.InRange(row.Title.Split(' ').Length, 3, 12));
    }

    [Fact]
    public void A_quoted_title_keeps_its_commas_and_quotes() =>
        Assert.Equal(["R001", "Long, \"strong\"", ""], CsvLine.Split("R001,\"Long, \"\"strong\"\"\","));

    [Fact]
    public void An_id_that_stands_twice_is_refused()
    {
        using var planted = new Planted();
        planted.Register("invariants.csv", "id,area,title", "R001,sign-in,Counted");

        var fault = Assert.Throws<InvalidDataException>(() => planted.Read());

        Assert.Contains("R001", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("V1.1.1,V1 encoding,Once,2,maybe")]
    [InlineData("V1.1.1,V1 encoding,Once,2")]
    public void A_malformed_line_is_refused_with_its_place(string line)
    {
        using var planted = new Planted();
        planted.Register("asvs.csv", "id,area,title,level,class", line);

        var fault = Assert.Throws<InvalidDataException>(() => planted.Read());

        Assert.Contains("asvs.csv:2", fault.Message, StringComparison.Ordinal);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Palisade.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
