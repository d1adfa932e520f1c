using System.Buffers.Binary;
using System.Security.Cryptography;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Secrets;

/// <summary>HMAC-SHA256 (RFC 2104, FIPS 198-1) with the use of the key written into what is hashed.</summary>
/// <remarks>
/// Two purposes under one key never give the same value, whatever the data: the purpose is length-prefixed, so no
/// purpose can be continued by chosen data into another.
/// </remarks>
public static class KeyedHash
{
    // What is hashed. p counts the UTF-8 bytes of the purpose, big-endian.
    //
    //     0     2           2+p
    //     +-----+-----------+------ ... ----+
    //     |  p  | purpose p |  data         |

    /// <summary>The fewest bytes a key may have: as many as the hash (RFC 2104 section 3).</summary>
    public const int MinKeySize = 32;

    /// <summary>Bytes in a hash.</summary>
    public const int Size = HMACSHA256.HashSizeInBytes;

    private const int MaxPurposeSize = 255;

    /// <summary>The 32-byte keyed hash of <paramref name="data"/> for one purpose.</summary>
    /// <param name="key">At least <see cref="MinKeySize"/> random bytes.</param>
    /// <param name="purpose">What the hash is for, 1 to 255 bytes of UTF-8; a constant of the caller, never user input.</param>
    /// <param name="data">Any bytes, none included.</param>
    public static byte[] Compute(ReadOnlySpan<byte> key, string purpose, ReadOnlySpan<byte> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        if (key.Length < MinKeySize)
        {
            throw new ArgumentException($"The key must have at least {MinKeySize} bytes.", nameof(key));
        }

        var purposeSize = StrictUtf8.Encoding.GetByteCount(purpose);
        if (purposeSize > MaxPurposeSize)
        {
            throw new ArgumentException($"The purpose must fit into {MaxPurposeSize} bytes.", nameof(purpose));
        }

        Span<byte> label = stackalloc byte[sizeof(ushort) + purposeSize];
        BinaryPrimitives.WriteUInt16BigEndian(label, (ushort)purposeSize);
        StrictUtf8.Encoding.GetBytes(purpose, label[sizeof(ushort)..]);
        return ComputeCore(key, label, data);
    }

    /// <summary>Whether <paramref name="hash"/> is the whole keyed hash of the data, compared in fixed time.</summary>
    /// <remarks>A hash of any other length than <see cref="Size"/> is wrong: a shortened one is never accepted.</remarks>
    public static bool Verify(ReadOnlySpan<byte> key, string purpose, ReadOnlySpan<byte> data, ReadOnlySpan<byte> hash) =>
        CryptographicOperations.FixedTimeEquals(Compute(key, purpose, data), hash);

    internal static byte[] ComputeCore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> data)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(label);
        hmac.AppendData(data);
        return hmac.GetHashAndReset();
    }
}
