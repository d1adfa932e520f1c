using System.Globalization;
using System.Text;

namespace Palisade.Validation;

/// <summary>What every piece of free text must keep, whatever it says.</summary>
/// <remarks>
/// Text is checked, never changed: not trimmed, normalised or cleaned. What looks like SQL, HTML or a formula is somebody's
/// name or note; parameters, output encoding and export quoting make it harmless where it is used. Lengths count Unicode code
/// points, as PostgreSQL does.
/// </remarks>
public static class FreeText
{
    /// <summary>Why this text cannot be kept, or <see cref="TextRefusal.None"/>.</summary>
    /// <param name="text">The text as it was sent.</param>
    /// <param name="minimum">The fewest code points; with 1 or more, white space alone is refused.</param>
    /// <param name="maximum">The most code points.</param>
    /// <param name="multiLine">Whether carriage return, line feed and tab may stand in it.</param>
    public static TextRefusal Check(string text, int minimum, int maximum, bool multiLine)
    {
        ArgumentNullException.ThrowIfNull(text);
        // A code point is at most two UTF-16 units: what is longer than that need not be read.
        if (text.Length > 2L * maximum)
        {
            return TextRefusal.TooLong;
        }
        var count = 0;
        var blank = true;
        var remaining = text.AsSpan();
        while (!remaining.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(remaining, out var rune, out var units) != System.Buffers.OperationStatus.Done)
            {
                return TextRefusal.BrokenUnicode;
            }
            if (IsForbidden(rune, multiLine))
            {
                return TextRefusal.ControlCharacters;
            }
            blank = blank && Rune.IsWhiteSpace(rune);
            count++;
            remaining = remaining[units..];
        }
        return count switch
        {
            _ when count > maximum => TextRefusal.TooLong,
            _ when count < minimum => TextRefusal.TooShort,
            _ when blank && minimum > 0 => TextRefusal.Blank,
            _ => TextRefusal.None,
        };
    }

    /// <summary>The code and sentence for a refusal under these limits; not for <see cref="TextRefusal.None"/>.</summary>
    public static Refusal Explain(this TextRefusal refusal, int minimum, int maximum) => refusal switch
    {
        TextRefusal.Blank => new("blank", "Must not be blank."),
        TextRefusal.TooShort => new("too_short", string.Create(CultureInfo.InvariantCulture, $"Must have at least {minimum} characters.")),
        TextRefusal.TooLong => new("too_long", string.Create(CultureInfo.InvariantCulture, $"Must have at most {maximum} characters.")),
        TextRefusal.ControlCharacters => new("control_characters", "Must not contain control characters."),
        TextRefusal.BrokenUnicode => new("malformed", "Must be well-formed Unicode text."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), "There is no refusal to explain."),
    };

    private static bool IsForbidden(Rune rune, bool multiLine) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => !(multiLine && rune.Value is ('\n' or '\r' or '\t')),
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => !multiLine,
        _ => false,
    };
}
