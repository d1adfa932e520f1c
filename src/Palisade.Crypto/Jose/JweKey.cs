using System.Buffers.Text;
using System.Security.Cryptography;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A 256-bit key that encrypts tokens and can do nothing else: a type of its own, so that no signing key is ever taken for it.</summary>
/// <remarks>
/// Safe for parallel use. One key MUST NOT encrypt more than 2^32 tokens: nonces are random (NIST SP 800-38D section 8.3). Its
/// id is a keyed hash under itself: it names the key and tells nothing of it.
/// </remarks>
[Secret]
public sealed class JweKey : IDisposable
{
    /// <summary>Bytes in a key.</summary>
    public const int Size = 32;

    internal const int NonceSize = 12;
    internal const int TagSize = 16;

    private readonly byte[] bytes;
    private readonly LentKeys<AesGcm> ciphers;

    private JweKey(byte[] bytes)
    {
        this.bytes = bytes;
        Kid = Base64Url.EncodeToString(KeyedHash.Compute(bytes, "A256GCM key id", []).AsSpan(0, 16));
        ciphers = new LentKeys<AesGcm>(typeof(JweKey), () => new AesGcm(bytes, TagSize), Environment.ProcessorCount);
    }

    /// <summary>The key's id. Not secret.</summary>
    public string Kid { get; }

    /// <summary>A fresh random key.</summary>
    public static JweKey Create() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>A key read back from where it is kept. The bytes are copied.</summary>
    /// <exception cref="CryptographicException">It has another length than <see cref="Size"/>.</exception>
    public static JweKey Import(ReadOnlySpan<byte> key) =>
        key.Length == Size ? new JweKey(key.ToArray()) : throw new CryptographicException($"A JWE key has exactly {Size} bytes.");

    /// <summary>The key, for sealing it. The caller MUST zero it after use.</summary>
    public byte[] Export()
    {
        using var alive = ciphers.Borrow();
        return [.. bytes];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ciphers.Close();
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(JweKey);

    internal void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        using var loan = ciphers.Borrow();
        loan.Key.Encrypt(nonce, plaintext, ciphertext, tag, associated);
    }

    internal byte[]? TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        if (nonce.Length != NonceSize || tag.Length != TagSize)
        {
            return null;
        }

        var plaintext = new byte[ciphertext.Length];
        using var loan = ciphers.Borrow();
        try
        {
            loan.Key.Decrypt(nonce, ciphertext, tag, plaintext, associated);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
