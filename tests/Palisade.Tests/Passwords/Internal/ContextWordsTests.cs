using System.Text.RegularExpressions;

namespace Palisade.Passwords.Internal;

public sealed class ContextWordsTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(FindRoot(), "docs", "life-of-a-password.md"));

    [Fact]
    [Asvs("V6.1.2")]
    public void The_words_in_the_document_are_those_in_force_in_every_disguise_it_names()
    {
        var rows = Rows("context words");
        string For(string from) => rows.Single(row => row[0].StartsWith(from, StringComparison.Ordinal))[1];
        var holder = new PasswordHolder($"{For("address, before")}@{For("address, each")}", For("name"), For("company"), BesideSecondFactor: false);
        var words = ContextWords.Of(holder, For("product"));

        Assert.Equal(rows.SelectMany(row => Quoted(row[2])).Order(StringComparer.Ordinal), words.All.Order(StringComparer.Ordinal));
        var disguises = Rows("disguises").SelectMany(row => Quoted(row[1])).ToList();
        Assert.Equal(6, disguises.Count);
        Assert.All(disguises, password => Assert.True(words.Make(password), password));
        Assert.False(words.Make(Quoted(Document[Document.IndexOf("A longer password that merely holds one is taken", StringComparison.Ordinal)..]).First()));
    }

    private static List<string[]> Rows(string table) =>
    [
        .. Document.Split($"<!-- {table} -->")[1].Split($"<!-- /{table} -->")[0].Split('\n').Where(line => line.StartsWith('|')).Skip(2)
            .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray()),
    ];

    private static IEnumerable<string> Quoted(string cell) => Regex.Matches(cell, "`([^`]+)`").Select(match => match.Groups[1].Value);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Palisade.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
