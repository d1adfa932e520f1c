using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Palisade.Validation.Internal;

/// <summary>The part of an e-mail address after the @: a host name of two or more labels, in U-labels or A-labels.</summary>
internal static class MailDomain
{
    private const int MaximumOctets = 253;
    private const int MaximumLabelOctets = 63;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The domain in lower-case A-labels.</summary>
    internal static bool TryFold(string domain, [NotNullWhen(true)] out string? folded)
    {
        folded = Ascii.IsValid(domain) ? FromAscii(domain.ToLowerInvariant()) : FromUnicode(domain);
        if (folded is not null && !IsHostName(folded))
        {
            folded = null;
        }
        return folded is not null;
    }

    private static string? FromAscii(string domain)
    {
        if (!domain.StartsWith("xn--", StringComparison.Ordinal) && !domain.Contains(".xn--", StringComparison.Ordinal))
        {
            return domain;
        }
        // An A-label MUST be what its own U-label encodes to (RFC 5891 5.4); one that is not could never be registered.
        return TryMap(Idn.GetUnicode, domain, out var unicode) && FromUnicode(unicode) == domain ? domain : null;
    }

    private static string? FromUnicode(string domain)
    {
        if (domain.EnumerateRunes().Any(rune => !IsLabelRune(rune)) || !MailboxName.IsCanonical(domain))
        {
            return null;
        }
        // The round trip proves that the mapping changed no letter. So the key depends on the domain's own lower case
        // and on Punycode alone, not on which version of the mapping tables this machine has.
        var lower = domain.ToLowerInvariant();
        return TryMap(Idn.GetAscii, lower, out var ascii) && TryMap(Idn.GetUnicode, ascii, out var back) && back == lower ? ascii : null;
    }

    private static bool TryMap(Func<string, string> map, string domain, [NotNullWhen(true)] out string? mapped)
    {
        try
        {
            mapped = map(domain);
            return true;
        }
        catch (ArgumentException)
        {
            mapped = null;
            return false;
        }
    }

    // The joiners take part in Indic and Persian names; IDNA allows them only where they change how a letter looks.
    private static bool IsLabelRune(Rune rune) =>
        rune.Value is '.' or '-' or 0x200C or 0x200D or 0xB7 or 0x30FB || MailboxName.IsLetter(rune);

    private static bool IsHostName(string domain)
    {
        if (domain.Length > MaximumOctets)
        {
            return false;
        }
        var labels = domain.Split('.');
        return labels.Length >= 2 && labels.All(IsLabel) && labels[^1].Length >= 2 && !labels[^1].All(char.IsAsciiDigit);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaximumLabelOctets && label[0] != '-' && label[^1] != '-'
        && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}
