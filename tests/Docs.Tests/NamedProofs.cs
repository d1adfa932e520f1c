using System.Text.RegularExpressions;

namespace Palisade.Docs.Tests;

/// <summary>The tests that documents name as proof, and whether they exist.</summary>
internal static partial class NamedProofs
{
    /// <summary>Each <c>`SomethingTests`</c> or <c>`SomethingTests.A_sentence`</c> that no source declares.</summary>
    internal static IEnumerable<string> Missing(string document, IReadOnlyCollection<string> sources) =>
        Names().Matches(document)
            .Where(match => !sources.Any(source =>
                Declares(source, $"class {match.Groups["class"].Value}") && (!match.Groups["method"].Success || Declares(source, match.Groups["method"].Value))))
            .Select(match => match.Value.Trim('`'))
            .Distinct();

    private static bool Declares(string source, string name)
    {
        var at = source.IndexOf(name, StringComparison.Ordinal);
        return at >= 0 && (at + name.Length == source.Length || !char.IsLetterOrDigit(source[at + name.Length]) && source[at + name.Length] != '_');
    }

    [GeneratedRegex(@"`(?<class>[A-Z][A-Za-z0-9]*Tests)(?:\.(?<method>[A-Z0-9]\w*))?`", RegexOptions.None, 5000)]
    private static partial Regex Names();
}
