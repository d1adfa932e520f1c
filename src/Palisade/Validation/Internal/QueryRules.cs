using System.Buffers;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Palisade.Validation.Internal;

/// <summary>What no query may hold, whichever endpoint it is for.</summary>
internal static class QueryRules
{
    internal static readonly Refusal Repeated = new("repeated", "Must be given once.");
    private static readonly Refusal Operator = new("malformed", "Must be a plain parameter without brackets or operators.");
    private static readonly Refusal ControlCharacters = new("control_characters", "Must not contain control characters.");

    // Told instead of a name that is not one: names are the caller's text too.
    private const string NoName = "query";
    private const int LongestName = 64;

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Refuses repeated names (R199), bracketed, dollar and dotted ones (R200), and NUL.</summary>
    /// <param name="query">The query as it was sent.</param>
    /// <param name="repeatable">The names that the endpoint reads as lists, without regard to case.</param>
    /// <param name="findings">Takes the errors.</param>
    internal static void Check(IQueryCollection query, FrozenSet<string>? repeatable, Findings findings)
    {
        foreach (var (name, values) in query)
        {
            if (name.AsSpan().IndexOfAny("[]$.\0") >= 0)
            {
                findings.Add(NameOf(name), Operator);
            }
            else if (values.Count > 1 && repeatable?.Contains(name) is not true)
            {
                findings.Add(NameOf(name), Repeated);
            }
            else if (values.Any(value => value?.Contains('\0', StringComparison.Ordinal) is true))
            {
                findings.Add(NameOf(name), ControlCharacters);
            }
        }
    }

    private static string NameOf(string name)
    {
        var plain = name.AsSpan();
        var end = plain.IndexOfAny("[]$.\0");
        plain = end < 0 ? plain : plain[..end];
        return plain.Length is > 0 and <= LongestName && plain.IndexOfAnyExcept(NameLetters) < 0 ? plain.ToString() : NoName;
    }
}
