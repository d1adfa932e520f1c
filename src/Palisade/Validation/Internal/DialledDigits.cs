using System.Globalization;
using System.Text;

namespace Palisade.Validation.Internal;

/// <summary>The digits of a phone number as one would dial them, and whether a plus stood before them.</summary>
internal readonly record struct DialledDigits(bool International, string Digits)
{
    // The longest number that can be meant: an international prefix of 5, a carrier's code of 4, and 15 of E.164.
    private const int MaximumDigits = 24;

    // Room for a space or a pair of brackets round every digit.
    private const int MaximumLength = 64;

    internal static bool TryRead(string? text, out DialledDigits dialled)
    {
        dialled = default;
        if (text is null || text.Length > MaximumLength)
        {
            return false;
        }
        var digits = new StringBuilder(MaximumDigits);
        var international = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
            {
                digits.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            }
            else if (rune.Value is '+' or '\uFF0B' && digits.Length == 0 && !international)
            {
                international = true;
            }
            else if (!IsPunctuation(rune))
            {
                return false;
            }
        }
        dialled = new DialledDigits(international, digits.ToString());
        return digits.Length is > 0 and <= MaximumDigits;
    }

    // Invisible marks come along when a number is copied from an address book.
    private static bool IsPunctuation(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation => true,
        UnicodeCategory.Format => rune.Value is 0xAD or >= 0x200B and <= 0x200F or >= 0x202A and <= 0x202E or 0x2060 or >= 0x2066 and <= 0x2069,
        _ => rune.Value is '(' or ')' or '[' or ']' or '.' or '/' or '~' or 0xB7 or 0x2212 or 0x30FC
            or 0xFF08 or 0xFF09 or 0xFF0E or 0xFF0F or 0xFF3B or 0xFF3D or 0xFF5E,
    };
}
