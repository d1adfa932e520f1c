using System.Diagnostics.CodeAnalysis;

namespace Palisade.Crypto.Secrets;

/// <summary>Base32 (RFC 4648 section 6) without padding: the form in which people type TOTP secrets.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerCharacter = 5;

    /// <summary>Upper-case base32 without padding and spaces.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length * 8 + BitsPerCharacter - 1) / BitsPerCharacter];
        var written = 0;
        var pending = 0;
        var pendingBits = 0;
        foreach (var value in bytes)
        {
            pending = (pending << 8) | value;
            pendingBits += 8;
            while (pendingBits >= BitsPerCharacter)
            {
                pendingBits -= BitsPerCharacter;
                text[written++] = Alphabet[(pending >> pendingBits) & 31];
            }

            pending &= (1 << pendingBits) - 1;
        }

        if (pendingBits > 0)
        {
            text[written] = Alphabet[(pending << (BitsPerCharacter - pendingBits)) & 31];
        }

        return new string(text);
    }

    /// <summary>Reads base32 in either case; spaces are skipped, as authenticators print groups of four.</summary>
    /// <returns>
    /// False for padding, any other character, an impossible length, or bits left over that are not zero: one value
    /// has one spelling (RFC 4648 section 3.5).
    /// </returns>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null)
        {
            return false;
        }

        var decoded = new List<byte>(text.Length * BitsPerCharacter / 8);
        var pending = 0;
        var pendingBits = 0;
        foreach (var character in text)
        {
            if (character == ' ')
            {
                continue;
            }

            if (ValueOf(character) is not { } value)
            {
                return false;
            }

            pending = (pending << BitsPerCharacter) | value;
            pendingBits += BitsPerCharacter;
            if (pendingBits >= 8)
            {
                pendingBits -= 8;
                decoded.Add((byte)(pending >> pendingBits));
                pending &= (1 << pendingBits) - 1;
            }
        }

        // Five or more bits over are a whole character that no encoder would have written.
        if (pendingBits >= BitsPerCharacter || pending != 0)
        {
            return false;
        }

        bytes = [.. decoded];
        return true;
    }

    private static int? ValueOf(char character) => character switch
    {
        >= 'A' and <= 'Z' => character - 'A',
        >= 'a' and <= 'z' => character - 'a',
        >= '2' and <= '7' => character - '2' + 26,
        _ => null,
    };
}
