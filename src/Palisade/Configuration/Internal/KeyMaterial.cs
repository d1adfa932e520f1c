using System.Buffers.Text;
using System.Text;

namespace Palisade.Configuration.Internal;

// How the text of a secret becomes bytes. The first reading that fits is taken, so that a text is never believed to
// hold more than it does:
//
//   only hex digits          -> hex; an odd number of them is a mistake (one was lost in copying)
//   base64 or base64url      -> base64
//   anything else            -> its UTF-8 bytes
internal static class KeyMaterial
{
    private const int LeastBytes = 32;

    // 32 random bytes hold 30 different values on average; half as many do not happen by chance.
    private const int LeastDistinctBytes = 16;

    private static readonly string[] Placeholders =
    [
        "change-me", "changeme", "change_me", "your-secret", "your_secret", "secret-key", "secret_key", "placeholder",
        "min-32-char", "example", "replace-", "insert-", "password", "<",
    ];

    /// <summary>The decoded key, or what is wrong with the text, as the rest of a sentence.</summary>
    internal static (byte[] Bytes, string? Problem) Read(string text, int? exactBytes)
    {
        if (Placeholders.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            return ([], "is a placeholder; generate one with: palisade secrets generate.");
        }

        if (text.All(char.IsAsciiHexDigit) && text.Length % 2 != 0)
        {
            return ([], "has an odd number of hex digits; one was lost in copying.");
        }

        var (bytes, isText) = Decode(text);
        if (exactBytes is { } exact && (isText || bytes.Length != exact))
        {
            return ([], $"must be exactly {exact} bytes, written as {exact * 2} hex digits or in base64.");
        }

        if (bytes.Length < LeastBytes)
        {
            return ([], $"is too short; at least {LeastBytes} random bytes are needed once hex or base64 is decoded.");
        }

        return bytes.Distinct().Count() < LeastDistinctBytes || Repeats(bytes) || Counts(bytes)
            ? ([], "is not random: it repeats or follows a pattern; generate one with: palisade secrets generate.")
            : (bytes, null);
    }

    private static (byte[] Bytes, bool IsText) Decode(string text)
    {
        if (text.All(char.IsAsciiHexDigit))
        {
            return (Convert.FromHexString(text), false);
        }

        var buffer = new byte[text.Length];
        if (Convert.TryFromBase64String(text, buffer, out var written))
        {
            return (buffer[..written], false);
        }

        return Base64Url.IsValid(text)
            ? (Base64Url.DecodeFromChars(text), false)
            : (Encoding.UTF8.GetBytes(text), true);
    }

    /// <summary>The whole is a shorter text said at least twice.</summary>
    private static bool Repeats(byte[] bytes)
    {
        for (var period = 1; period <= bytes.Length / 2; period++)
        {
            if (bytes.AsSpan(period).SequenceEqual(bytes.AsSpan(0, bytes.Length - period)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Most bytes follow from the one before by the same step, as in 00 01 02 or a keyboard's alphabet.</summary>
    private static bool Counts(byte[] bytes) =>
        bytes.Zip(bytes.Skip(1), (a, b) => (byte)(b - a)).CountBy(step => step).Max(steps => steps.Value) > bytes.Length / 2;
}
