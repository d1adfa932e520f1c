using System.Text;

namespace Palisade.Passwords.Internal;

/// <summary>The kinds of characters in a password.</summary>
internal static class Kinds
{
    private static readonly (CharacterKinds Kind, Func<Rune, bool> Holds, string Code, string Message)[] Rules =
    [
        (CharacterKinds.Lower, Rune.IsLower, "needs_lower_case", "The password needs a lower-case letter."),
        (CharacterKinds.Upper, Rune.IsUpper, "needs_upper_case", "The password needs an upper-case letter."),
        (CharacterKinds.Letter, Rune.IsLetter, "needs_letter", "The password needs a letter."),
        (CharacterKinds.Digit, Rune.IsDigit, "needs_digit", "The password needs a digit."),
        (CharacterKinds.Special, rune => !Rune.IsLetterOrDigit(rune), "needs_special", "The password needs a character that is neither letter nor digit."),
    ];

    internal static IEnumerable<(string Code, string Message)> Missing(string text, CharacterKinds required) =>
        Rules.Where(rule => required.HasFlag(rule.Kind) && !text.EnumerateRunes().Any(rule.Holds)).Select(rule => (rule.Code, rule.Message));
}
