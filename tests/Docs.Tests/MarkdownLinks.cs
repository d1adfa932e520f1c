using System.Text;
using System.Text.RegularExpressions;

namespace Palisade.Docs.Tests;

/// <summary>The links of a document that stay inside the repository.</summary>
internal static partial class MarkdownLinks
{
    /// <summary>Each relative link that leads nowhere, as <c>document: target</c>.</summary>
    /// <param name="document">Path from the root.</param>
    /// <param name="text">Its Markdown.</param>
    /// <param name="read">The text of a path from the root; "" for a folder or a file without headings; null when there is none.</param>
    internal static IEnumerable<string> Broken(string document, string text, Func<string, string?> read)
    {
        var folder = Path.GetDirectoryName(document)!;
        foreach (var target in Link().Matches(NotLinks().Replace(text, "")).Select(match => match.Groups["target"].Value).Where(IsRelative))
        {
            var parts = target.Split('#', 2);
            var path = parts[0].Length == 0 ? document : Normal(Path.Combine(folder, Uri.UnescapeDataString(parts[0])));
            if (read(path) is not { } found || parts.Length == 2 && !Anchors(found).Contains(parts[1]))
            {
                yield return $"{document}: {target}";
            }
        }
    }

    private static bool IsRelative(string target) => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal);

    private static string Normal(string path) => Path.GetRelativePath("/", Path.GetFullPath(path, "/"));

    /// <summary>The anchors that hosts derive from headings: lower case, dashes for spaces, letters and digits only.</summary>
    private static IEnumerable<string> Anchors(string text) => Heading().Matches(NotLinks().Replace(text, "")).Select(match =>
    {
        var anchor = new StringBuilder();
        foreach (var letter in match.Groups["heading"].Value.Trim().ToLowerInvariant())
        {
            anchor.Append(char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : letter == ' ' ? "-" : null);
        }

        return anchor.ToString();
    });

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)", RegexOptions.None, 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<heading>.+)$", RegexOptions.Multiline, 5000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```(?:.|\n)*?^```|<!--(?:.|\n)*?-->", RegexOptions.Multiline, 5000)]
    private static partial Regex NotLinks();
}
