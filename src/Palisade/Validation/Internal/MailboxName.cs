using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Palisade.Validation.Internal;

/// <summary>The part of an e-mail address before the @: RFC 5321's Dot-string with RFC 6531's letters.</summary>
internal static class MailboxName
{
    private const string AsciiSymbols = "!#$%&'*+-/=?^_`{|}~";

    /// <summary>The name in lower case. Two names share a result only when they differ in the case of letters.</summary>
    internal static bool TryFold(string name, [NotNullWhen(true)] out string? folded)
    {
        folded = null;
        if (name.Length == 0 || name[0] == '.' || name[^1] == '.' || name.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.IsAscii ? !IsAsciiAtom(rune) : !IsLetter(rune) || FoldsIntoAscii(rune))
            {
                return false;
            }
        }
        folded = IsCanonical(name) ? name.ToLowerInvariant() : null;
        return folded is not null;
    }

    /// <summary>Whether the text is its own NFKC form: no full-width, ligature, letter-like or decomposed spelling.</summary>
    /// <remarks>For text of assigned characters only: .NET throws for noncharacters and lone surrogates.</remarks>
    internal static bool IsCanonical(string text) => Ascii.IsValid(text) || text.IsNormalized(NormalizationForm.FormKC);

    /// <summary>A letter, a digit or a mark that goes with one, of any script. Half a surrogate pair is read as U+FFFD, a symbol.</summary>
    internal static bool IsLetter(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.DecimalDigitNumber;

    private static bool IsAsciiAtom(Rune rune) =>
        char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '.' || AsciiSymbols.Contains((char)rune.Value, StringComparison.Ordinal);

    // The dotted capital I and the dotless i: .NET keeps both apart from i, other systems and Turkish databases do not.
    // The long s and the Kelvin sign, the other two letters that case mapping takes into ASCII, are not canonical.
    private static bool FoldsIntoAscii(Rune rune) => rune.Value is 0x130 or 0x131;
}
