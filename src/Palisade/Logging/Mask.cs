using System.Text;

namespace Palisade.Logging;

/// <summary>Personal data shortened for people who must recognise it but need not know it.</summary>
/// <remarks>What is not understood is hidden whole.</remarks>
public static class Mask
{
    private const string Hidden = "****";

    /// <summary><c>+15551234567</c> becomes <c>***-***-4567</c>; fewer than eight digits show nothing; null gives "".</summary>
    public static string Phone(string? phone)
    {
        if (phone is null)
        {
            return "";
        }

        var digits = new string([.. phone.Where(char.IsAsciiDigit)]);
        return digits.Length < 8 ? Hidden : $"***-***-{digits[^4..]}";
    }

    /// <summary><c>john@example.com</c> becomes <c>j***@example.com</c>; null gives "".</summary>
    /// <remarks>A local part of one letter, and anything malformed, shows none of it.</remarks>
    public static string Email(string? email)
    {
        if (email is null)
        {
            return "";
        }

        var at = email.IndexOf('@', StringComparison.Ordinal);
        if (at < 1 || !IsDomain(email.AsSpan(at + 1)))
        {
            return "***";
        }

        var first = Rune.TryGetRuneAt(email, 0, out var rune) && Rune.IsLetterOrDigit(rune) && rune.Utf16SequenceLength < at
            ? rune.ToString()
            : "";
        return $"{first}***{email[at..]}";
    }

    /// <summary><c>AB1234589</c> becomes <c>AB****89</c>; fewer than eight characters show nothing; null gives "".</summary>
    public static string Passport(string? number)
    {
        if (number is null)
        {
            return "";
        }

        return number.Length >= 8 && number.All(char.IsAsciiLetterOrDigit) ? $"{number[..2]}****{number[^2..]}" : Hidden;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var dot = domain.IndexOf('.');
        if (dot < 1 || domain[^1] == '.')
        {
            return false;
        }

        foreach (var character in domain)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('.' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
