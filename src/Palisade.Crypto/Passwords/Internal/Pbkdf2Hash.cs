using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Palisade.Crypto.Passwords.Internal;

/// <summary>PBKDF2 (RFC 8018), as a <c>$pbkdf2-...$</c> text or as ASP.NET Core Identity keeps it.</summary>
internal sealed partial class Pbkdf2Hash : IForeignHash
{
    //     $pbkdf2-sha256$29000$<salt>$<hash>      or i=29000; base64 without padding, with + or . as its 62nd digit
    //
    //     Identity, in base64, numbers big-endian:
    //     version 2    00 | salt 16 | hash 32                                          HMAC-SHA-1, 1,000 rounds
    //     version 3    01 | PRF 4 | rounds 4 | salt size 4 | salt | hash               PRF 0 SHA-1, 1 SHA-256, 2 SHA-512

    private const int MaxRounds = 1_000_000;
    private const int MinSalt = 8;
    private const int MinHash = 16;
    private const int MaxPart = 64;
    private const int IdentityV2Size = 49;
    private const int IdentityV3Header = 13;

    private readonly HashAlgorithmName algorithm;
    private readonly int rounds;
    private readonly byte[] salt;
    private readonly byte[] hash;

    private Pbkdf2Hash(string scheme, HashAlgorithmName algorithm, int rounds, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> hash)
    {
        Scheme = scheme;
        this.algorithm = algorithm;
        this.rounds = rounds;
        this.salt = salt.ToArray();
        this.hash = hash.ToArray();
    }

    public string Scheme { get; }

    internal static Pbkdf2Hash? TryParseText(string text) =>
        Phc().Match(text) is { Success: true } match
        && Decode(match.Groups["salt"].Value) is { } salt && Decode(match.Groups["hash"].Value) is { } hash
            ? Checked(
                $"pbkdf2-sha{match.Groups["bits"].Value}",
                match.Groups["bits"].Value == "256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512,
                uint.Parse(match.Groups["rounds"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
                salt,
                hash)
            : null;

    internal static Pbkdf2Hash? TryParseIdentity(string text)
    {
        Span<byte> decoded = stackalloc byte[384];
        if (!Convert.TryFromBase64String(text, decoded, out var size) || Convert.ToBase64String(decoded[..size]) != text || size == 0)
        {
            return null;
        }

        var bytes = decoded[..size];
        return bytes[0] switch
        {
            0 when size == IdentityV2Size => Checked("identity-v2", HashAlgorithmName.SHA1, 1000, bytes[1..17], bytes[17..]),
            1 when size > IdentityV3Header => ReadIdentityV3(bytes),
            _ => null,
        };
    }

    public bool Verify(ReadOnlySpan<byte> password)
    {
        Span<byte> computed = stackalloc byte[hash.Length];
#pragma warning disable CA5379 // HMAC-SHA-1 is what Identity version 2 wrote; the hash is replaced at the first right password
        Rfc2898DeriveBytes.Pbkdf2(password, salt, computed, rounds, algorithm);
#pragma warning restore CA5379
        return CryptographicOperations.FixedTimeEquals(computed, hash);
    }

    private static Pbkdf2Hash? ReadIdentityV3(ReadOnlySpan<byte> bytes)
    {
        var saltSize = BinaryPrimitives.ReadUInt32BigEndian(bytes[9..]);
        HashAlgorithmName? algorithm = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) switch
        {
            0 => HashAlgorithmName.SHA1,
            1 => HashAlgorithmName.SHA256,
            2 => HashAlgorithmName.SHA512,
            _ => null,
        };
        return algorithm is { } known && saltSize <= MaxPart && bytes.Length > IdentityV3Header + saltSize
            ? Checked(
                "identity-v3", known, BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]),
                bytes.Slice(IdentityV3Header, (int)saltSize), bytes[(IdentityV3Header + (int)saltSize)..])
            : null;
    }

    private static Pbkdf2Hash? Checked(string scheme, HashAlgorithmName algorithm, uint rounds, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> hash) =>
        rounds is >= 1 and <= MaxRounds && salt.Length is >= MinSalt and <= MaxPart && hash.Length is >= MinHash and <= MaxPart
            ? new Pbkdf2Hash(scheme, algorithm, (int)rounds, salt, hash)
            : null;

    private static byte[]? Decode(string text)
    {
        var padded = text.Replace('.', '+').PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var size) ? bytes[..size] : null;
    }

    [GeneratedRegex(
        @"\A\$pbkdf2-sha(?<bits>256|512)\$(i=)?(?<rounds>[1-9][0-9]{0,6})\$(?<salt>[A-Za-z0-9+./]{11,86})\$(?<hash>[A-Za-z0-9+./]{22,86})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Phc();
}
