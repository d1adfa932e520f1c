using System.Text.RegularExpressions;

namespace Palisade.Validation.Internal;

/// <summary>A pattern over ASCII digits, built when first needed: most of the world's plans are never asked in one process.</summary>
internal sealed class DigitPattern(string pattern)
{
    private readonly Lazy<Regex> whole = new(() => Build($@"\A(?:{pattern})\z"));
    private readonly Lazy<Regex> start = new(() => Build($@"\A(?:{pattern})"));

    internal bool IsAll(string digits) => whole.Value.IsMatch(digits);

    internal bool IsStartOf(string digits) => start.Value.IsMatch(digits);

    internal Match MatchStart(string digits) => start.Value.Match(digits);

    internal Match MatchAll(string digits) => whole.Value.Match(digits);

    // Not NonBacktracking: its automata for all countries took 500 MB and 3 s to build, these 30 MB and 0.2 s. At most 24 digits are
    // ever matched, so the limit is for a plan that somebody writes badly one day, not for an input. It counts time, not work: on
    // a machine that is starved of CPU a short one ends honest matches.
    private static Regex Build(string text) => new(text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
