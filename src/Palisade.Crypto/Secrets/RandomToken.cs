using System.Buffers.Text;
using System.Security.Cryptography;

namespace Palisade.Crypto.Secrets;

/// <summary>One-time tokens, session handles and challenges: random text nobody can guess.</summary>
public static class RandomToken
{
    /// <summary>The fewest bytes a token may have: 128 bits (ASVS 5.0 V11.5.1).</summary>
    public const int MinBytes = 16;

    /// <summary>A fresh token in base64url without padding (RFC 4648 section 5), from the system's random generator.</summary>
    /// <param name="bytes">Random bytes in the token, at least <see cref="MinBytes"/>; 32 make 43 characters.</param>
    public static string Create(int bytes = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, MinBytes);
        return Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
    }
}
