using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Palisade.Crypto.Secrets;

namespace Palisade.Crypto.Totp;

/// <summary>The secret an authenticator app and the server share (RFC 4226 section 4, R6).</summary>
[Secret]
public sealed class TotpSeed
{
    /// <summary>Bytes in a fresh seed: 160 bits, as RFC 4226 recommends.</summary>
    public const int RecommendedSize = 20;

    /// <summary>The fewest bytes a seed may have: 128 bits.</summary>
    public const int MinSize = 16;

    /// <summary>The most bytes a seed may have: one block of SHA-1 and SHA-256, which HMAC does not shorten.</summary>
    public const int MaxSize = 64;

    private readonly byte[] bytes;

    private TotpSeed(byte[] bytes) => this.bytes = bytes;

    /// <summary>The seed itself, for sealing it. It MUST NOT be stored or logged in the clear.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>A fresh random seed.</summary>
    /// <param name="bytes">The size of the hash it is used with (RFC 6238, section 5.1): 20 for SHA-1, 32 for SHA-256.</param>
    public static TotpSeed Create(int bytes = RecommendedSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, MinSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, MaxSize);
        return new TotpSeed(RandomNumberGenerator.GetBytes(bytes));
    }

    /// <summary>A seed read back from where it is kept. The bytes are copied.</summary>
    public static TotpSeed FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length is >= MinSize and <= MaxSize
        ? new TotpSeed(bytes.ToArray())
        : throw new ArgumentException($"A TOTP seed has {MinSize} to {MaxSize} bytes.", nameof(bytes));

    /// <summary>Reads a seed as an authenticator shows it; false when it is no base32 or has no possible length.</summary>
    public static bool TryFromBase32(string? text, [NotNullWhen(true)] out TotpSeed? seed)
    {
        seed = Base32.TryDecode(text, out var bytes) && bytes.Length is >= MinSize and <= MaxSize ? new TotpSeed(bytes) : null;
        return seed is not null;
    }

    /// <summary>The seed as people type it: upper-case base32 without padding. As secret as the seed.</summary>
    public string ToBase32() => Base32.Encode(bytes);

    /// <summary>The type's name, never the seed.</summary>
    public override string ToString() => nameof(TotpSeed);
}
