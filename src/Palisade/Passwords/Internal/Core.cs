namespace Palisade.Passwords.Internal;

/// <summary>What is left of a password without the habits that make a word look like one: capitals, digits for letters, a year behind it.</summary>
internal static class Core
{
    // Longer tails are no habit any more.
    private const int MaxTail = 8;

    /// <summary>The text and the simpler ones it may have been made from, in lower case; some sixty at most.</summary>
    internal static IEnumerable<string> Of(string text) =>
        Cuts(text.ToLowerInvariant()).SelectMany(cut => (string[])[cut, Spoken(cut, 'i'), Spoken(cut, 'l'), Unshifted(cut)]).Distinct();

    /// <summary>Without each number of characters, up to eight, that are no letters and stand at the end; and the same without those in front.</summary>
    private static IEnumerable<string> Cuts(string text)
    {
        var start = text.TakeWhile(character => !char.IsLetter(character)).Count() is var front and <= MaxTail ? front : 0;
        for (var end = text.Length; end > start && end >= text.Length - MaxTail; end--)
        {
            yield return text[..end];
            if (start > 0)
            {
                yield return text[start..end];
            }

            if (char.IsLetter(text[end - 1]))
            {
                yield break;
            }
        }
    }

    /// <summary>With digits and signs as the letters they stand for; 1 and ! stand for two.</summary>
    private static string Spoken(string text, char one) => Map(text, character => character switch
    {
        '0' => 'o',
        '1' or '!' or '|' => one,
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' or '+' => 't',
        '8' => 'b',
        _ => character,
    });

    /// <summary>With the digits that signs are on one key with, where most lists come from.</summary>
    private static string Unshifted(string text) => Map(text, character => ")!@#$%^&*(".IndexOf(character, StringComparison.Ordinal) is var digit and >= 0 ? (char)('0' + digit) : character);

    private static string Map(string text, Func<char, char> map) => string.Create(text.Length, (text, map), static (span, from) =>
    {
        for (var index = 0; index < span.Length; index++)
        {
            span[index] = from.map(from.text[index]);
        }
    });
}
