using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Docs.Tests;

/// <summary>What a document says of itself under its title: which version it describes, when somebody last read it against the code, when the next reading is due.</summary>
internal sealed partial record ReviewLine(string Version, DateOnly Reviewed, DateOnly Next)
{
    /// <summary>The line under the title, or null when there is none, a date is no date, or the next review is not within the year after the last.</summary>
    internal static ReviewLine? Of(string document)
    {
        if (Line().Match(document) is not { Success: true } match || Date(match, "reviewed") is not { } reviewed || Date(match, "next") is not { } next)
        {
            return null;
        }

        return next > reviewed && next <= reviewed.AddYears(1) ? new ReviewLine(match.Groups["version"].Value, reviewed, next) : null;
    }

    internal bool IsOverdue(DateOnly today) => today > Next;

    private static DateOnly? Date(Match match, string group) =>
        DateOnly.TryParseExact(match.Groups[group].ValueSpan, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    [GeneratedRegex(@"\A# [^\n]+\n\n\*Version (?<version>[0-9]+\.[0-9]+) · reviewed (?<reviewed>[0-9-]{10}) · next review (?<next>[0-9-]{10})\*\n", RegexOptions.None, 5000)]
    private static partial Regex Line();
}
