using System.Security.Cryptography;
using Palisade.Crypto.Envelopes.Internal;

namespace Palisade.Crypto.Envelopes;

/// <summary>Seals one value with AES-256-GCM (NIST SP 800-38D) so that it opens only in its own place.</summary>
/// <remarks>
/// Two seals of one value differ: each has a fresh 96-bit nonce. The length of the value shows. This layout stays
/// readable for ever; another one gets another version byte.
/// </remarks>
public static class EnvelopeV1
{
    // Envelope v1. Every byte is authenticated; only the ciphertext is secret.
    //
    //     0        1          17       29              29+n    45+n
    //     +--------+----------+--------+------ ... ----+-------+
    //     |  0x01  |  key id  |  nonce |  ciphertext n |  tag  |
    //
    // Associated data: version, key id, tenant, table, column, row id, each length-prefixed. A value pasted into
    // another row, column or tenant does not open. The tag is always whole: it is cut from the end by position, so
    // a shortened envelope moves the boundary and fails.

    /// <summary>Bytes an envelope has more than its value.</summary>
    public const int Overhead = NonceAt + DataKey.NonceSize + DataKey.TagSize;

    private const byte Version = 0x01;
    private const int KeyIdAt = 1;
    private const int NonceAt = 17;
    private const int CiphertextAt = NonceAt + DataKey.NonceSize;

    /// <summary>The envelope of <paramref name="plaintext"/>, which may be empty.</summary>
    /// <exception cref="ArgumentException">The place is incomplete or holds a lone surrogate.</exception>
    public static byte[] Seal(DataKey key, Place place, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[DataKey.NonceSize];
        RandomNumberGenerator.Fill(nonce);
        return SealCore(key, place, plaintext, nonce);
    }

    /// <summary>The value inside, whole and authentic, or an exception; never a part of it.</summary>
    /// <param name="keys">Finds a key by its id; null when there is none. What it throws comes through unchanged.</param>
    /// <param name="place">Where the envelope was found, not where it says it belongs.</param>
    /// <param name="envelope">Any bytes.</param>
    /// <exception cref="EnvelopeException">It does not open, for whatever reason.</exception>
    public static byte[] Open(Func<Guid, DataKey?> keys, Place place, ReadOnlySpan<byte> envelope)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!TryReadKeyId(envelope, out var keyId) || keys(keyId) is not { } key)
        {
            throw new EnvelopeException();
        }

        var nonce = envelope[NonceAt..CiphertextAt];
        var ciphertext = envelope[CiphertextAt..^DataKey.TagSize];
        var tag = envelope[^DataKey.TagSize..];
        var plaintext = new byte[ciphertext.Length];
        return key.TryDecryptCore(nonce, ciphertext, tag, plaintext, AssociatedData.Of(Version, keyId, place))
            ? plaintext
            : throw new EnvelopeException();
    }

    /// <summary>The id of the key an envelope names; false when these bytes are no v1 envelope.</summary>
    /// <remarks>Nothing is authenticated here. Use it to find or count keys, never to decide about access.</remarks>
    public static bool TryReadKeyId(ReadOnlySpan<byte> envelope, out Guid keyId)
    {
        if (envelope.Length < Overhead || envelope[0] != Version)
        {
            keyId = Guid.Empty;
            return false;
        }

        keyId = new Guid(envelope[KeyIdAt..NonceAt], bigEndian: true);
        return true;
    }

    internal static byte[] SealCore(DataKey key, Place place, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(key);
        var envelope = new byte[Overhead + plaintext.Length];
        envelope[0] = Version;
        key.Id.TryWriteBytes(envelope.AsSpan(KeyIdAt), bigEndian: true, out _);
        nonce.CopyTo(envelope.AsSpan(NonceAt));
        key.EncryptCore(
            nonce,
            plaintext,
            envelope.AsSpan(CiphertextAt..^DataKey.TagSize),
            envelope.AsSpan(^DataKey.TagSize..),
            AssociatedData.Of(Version, key.Id, place));
        return envelope;
    }
}
