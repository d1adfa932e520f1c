using System.Buffers.Text;
using System.Security.Cryptography;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A secret that signs and verifies HS256 (RFC 7518 section 3.2).</summary>
/// <remarks>Its id is a keyed hash under itself: it names the key and tells nothing of it.</remarks>
[Secret]
public sealed class Hs256Key : JwsSigningKey
{
    /// <summary>Bytes in a key: as many as the hash. RFC 7518 allows no fewer, and more would add nothing.</summary>
    public const int Size = 32;

    private readonly byte[] bytes;
    private readonly LentKeys<HMACSHA256> macs;

    private Hs256Key(byte[] bytes, LentKeys<HMACSHA256> macs)
        : base(new VerificationKey(KidOf(bytes), macs))
    {
        this.bytes = bytes;
        this.macs = macs;
    }

    /// <summary>A fresh key.</summary>
    public static Hs256Key Create() => Over(RandomNumberGenerator.GetBytes(Size));

    /// <summary>A key read back from where it is kept. The bytes are copied.</summary>
    /// <exception cref="CryptographicException">It has another length than <see cref="Size"/>.</exception>
    public static Hs256Key Import(ReadOnlySpan<byte> key) =>
        key.Length == Size ? Over(key.ToArray()) : throw new CryptographicException($"An HS256 key has exactly {Size} bytes.");

    /// <inheritdoc />
    public override byte[] Export()
    {
        using var alive = macs.Borrow();
        return [.. bytes];
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        macs.Close();
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(Hs256Key);

    internal override byte[] Sign(ReadOnlySpan<byte> data) => Mac(macs, data);

    private static Hs256Key Over(byte[] bytes) =>
        new(bytes, new LentKeys<HMACSHA256>(typeof(Hs256Key), () => new HMACSHA256(bytes), Environment.ProcessorCount));

    private static string KidOf(byte[] bytes) => Base64Url.EncodeToString(KeyedHash.Compute(bytes, "HS256 key id", []).AsSpan(0, 16));

    private static byte[] Mac(LentKeys<HMACSHA256> macs, ReadOnlySpan<byte> data)
    {
        using var loan = macs.Borrow();
        var mac = new byte[HMACSHA256.HashSizeInBytes];
        return loan.Key.TryComputeHash(data, mac, out _) ? mac : throw new CryptographicException("The MAC did not fit.");
    }

    private sealed class VerificationKey(string kid, LentKeys<HMACSHA256> macs) : JwsVerificationKey(JwsAlgorithm.Hs256, kid)
    {
        public override IReadOnlyDictionary<string, string>? Jwk => null;

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
            CryptographicOperations.FixedTimeEquals(Mac(macs, data), signature);
    }
}
