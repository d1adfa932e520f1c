using System.Diagnostics.CodeAnalysis;
using System.Text;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Passwords;

/// <summary>A password as somebody typed it, ready to be hashed or checked.</summary>
/// <remarks>
/// It is normalised to NFC (NIST SP 800-63B-4 section 3.1.1.2), because keyboards differ in how they send an accent, and
/// otherwise left alone: never trimmed, cut, escaped or changed in case (ASVS 5.0 V6.2.8). Spaces count.
/// </remarks>
[Secret]
public sealed class PasswordAttempt
{
    /// <summary>The most characters a password may have: Unicode code points, after NFC.</summary>
    public const int MaxLength = 128;

    /// <summary>The most UTF-16 units it may have as typed. A longer one is refused before it is looked at.</summary>
    public const int MaxUnits = 512;

    private readonly byte[] utf8;

    private PasswordAttempt(byte[] utf8, int length)
    {
        this.utf8 = utf8;
        Length = length;
    }

    /// <summary>Characters: Unicode code points, after NFC.</summary>
    public int Length { get; }

    internal ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>Takes a password in.</summary>
    /// <returns>
    /// False for null, empty, longer than <see cref="MaxLength"/>, holding NUL, or no valid Unicode. No password that
    /// is refused here can have been stored, so an attempt to sign in with one is simply wrong.
    /// </returns>
    public static bool TryCreate(string? text, [NotNullWhen(true)] out PasswordAttempt? attempt)
    {
        attempt = null;
        if (text is { Length: > 0 and <= MaxUnits } && IsText(text))
        {
            var normal = text.Normalize(NormalizationForm.FormC);
            var length = 0;
            foreach (var _ in normal.EnumerateRunes())
            {
                length++;
            }

            attempt = length <= MaxLength ? new PasswordAttempt(StrictUtf8.Encoding.GetBytes(normal), length) : null;
        }

        return attempt is not null;
    }

    /// <summary>The type's name, never the password.</summary>
    public override string ToString() => nameof(PasswordAttempt);

    // NUL ends a string in too many other programs. U+FFFE is no character, and the framework refuses to normalise it.
    private static bool IsText(ReadOnlySpan<char> rest)
    {
        if (rest.ContainsAny('\0', '\uFFFE'))
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
