using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Palisade.Crypto.Passwords.Internal;

/// <summary>The cost an encoded Argon2id hash asks for, read before anything is computed.</summary>
internal readonly partial record struct Argon2idText(int MemoryKiB, int Passes, int Lanes)
{
    // The PHC string format, as libsodium and the reference implementation write it:
    //
    //     $argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>      base64 (RFC 4648 section 4) without padding
    //
    // A row that somebody tampered with may ask for terabytes, hence the limits below.

    private const int MaxLanes = 16;
    private const int SaltSize = 16;
    private const int HashSize = 32;

    internal static Argon2idText Parse(string text)
    {
        // One character less than libsodium's buffer, for its closing NUL.
        if (text.Length < Libsodium.StringSize && Pattern().Match(text) is { Success: true } match)
        {
            var read = new Argon2idText(Number(match, "m"), Number(match, "t"), Number(match, "p"));
            if (read is { MemoryKiB: <= Argon2idCost.MaxMemoryKiB, Passes: <= Argon2idCost.MaxPasses, Lanes: <= MaxLanes }
                && read.MemoryKiB >= 8 * read.Lanes)
            {
                return read;
            }
        }

        throw new StoredPasswordException("The stored value is no Argon2id hash within the limits.");
    }

    /// <summary>A hash of the given cost that no password has: its salt and its hash are plain random bytes.</summary>
    internal static string Random(Argon2idCost cost) =>
        string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={cost.MemoryKiB},t={cost.Passes},p=1$")
            + $"{RandomBase64(SaltSize)}${RandomBase64(HashSize)}";

    internal bool IsOf(Argon2idCost cost) => this == new Argon2idText(cost.MemoryKiB, cost.Passes, Lanes: 1);

    private static string RandomBase64(int size) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(size)).TrimEnd('=');

    private static int Number(Match match, string group) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A\$argon2id\$v=19\$m=(?<m>[1-9][0-9]{0,7}),t=(?<t>[1-9][0-9]{0,2}),p=(?<p>[1-9][0-9]?)"
            + @"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex Pattern();
}
