using System.Text.RegularExpressions;

namespace Palisade.Docs.Tests;

/// <summary>One capability uses another; <paramref name="Internal"/> when it reaches behind the other's front door.</summary>
internal sealed record Use(string From, string To, bool Internal)
{
    public override string ToString() => $"{From} -> {To}{(Internal ? "*" : "")}";
}

/// <summary>Who uses whom among the capability folders: as the table allows, and as the sources do.</summary>
internal static partial class FeatureGraph
{
    /// <summary>Reads lines of <c>From -> To To* To</c>.</summary>
    internal static HashSet<Use> Parse(string table) =>
        [.. from line in table.Split('\n')
            let sides = line.Split("->")
            where sides.Length == 2
            from to in sides[1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            select new Use(sides[0].Trim(), to.TrimEnd('*'), to.EndsWith('*'))];

    /// <summary>The uses in these sources (path from the folder that holds the capabilities, to text).</summary>
    /// <remarks>The composition at the top of the folder uses everything and belongs to no capability.</remarks>
    internal static HashSet<Use> Of(IReadOnlyDictionary<string, string> sources)
    {
        var types = sources.Keys.Where(path => path.Contains('/', StringComparison.Ordinal))
            .ToLookup(CapabilityOf, path => Path.GetFileNameWithoutExtension(path));
        var found = new HashSet<Use>();
        foreach (var (path, text) in sources.Where(source => source.Key.Contains('/', StringComparison.Ordinal)))
        {
            var code = NotCode().Replace(text, "\"\"");
            var names = Qualified().Matches(code)
                // Inside namespace Palisade.X, "Y.Thing" is Palisade.Y.Thing; "Y" alone may be a property.
                .Concat(Relative().Matches(code).Where(match => types[match.Groups["capability"].Value].Contains(match.Groups["type"].Value)));
            found.UnionWith(names
                .Select(match => new Use(CapabilityOf(path), match.Groups["capability"].Value, match.Groups["internal"].Success))
                .Where(use => use.From != use.To && types.Contains(use.To)));
        }

        // Behind the front door includes before it.
        found.RemoveWhere(use => !use.Internal && found.Contains(use with { Internal = true }));
        return found;
    }

    /// <summary>What is wrong, as sentences that say how to put it right.</summary>
    internal static IReadOnlyList<string> Differences(HashSet<Use> allowed, HashSet<Use> found) =>
    [
        .. found.Except(allowed).Select(use => $"{use} is in the sources and not in the table. Undo it, or add it there and say why in a decision record."),
        .. allowed.Except(found).Select(use => $"{use} is in the table and not in the sources. Remove it there."),
    ];

    private static string CapabilityOf(string path) => path[..path.IndexOf('/', StringComparison.Ordinal)];

    [GeneratedRegex("\"\"\"(?:.|\\n)*?\"\"\"|\\$*@?\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|/\\*(?:.|\\n)*?\\*/", RegexOptions.None, 5000)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\bPalisade\.(?<capability>[A-Z]\w*)(?<internal>\.Internal)?\b", RegexOptions.None, 5000)]
    private static partial Regex Qualified();

    [GeneratedRegex(@"(?<![.\w])(?<capability>[A-Z]\w*)\.(?<internal>Internal\.)?(?<type>[A-Z]\w*)", RegexOptions.None, 5000)]
    private static partial Regex Relative();
}
