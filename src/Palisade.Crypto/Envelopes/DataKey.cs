using System.Security.Cryptography;
using Palisade.Crypto.Secrets;
using Palisade.Crypto.Secrets.Internal;

namespace Palisade.Crypto.Envelopes;

/// <summary>A 256-bit key that seals values, and the id under which it is found again.</summary>
/// <remarks>
/// Safe for parallel use. One key MUST NOT seal more than 2^32 values: nonces are random (NIST SP 800-38D section 8.3).
/// Once <see cref="Dispose"/> has returned, its bytes are zero and every use throws <see cref="ObjectDisposedException"/>.
/// </remarks>
[Secret]
public sealed class DataKey : IDisposable
{
    /// <summary>Bytes in a key.</summary>
    public const int Size = 32;

    internal const int NonceSize = 12;
    internal const int TagSize = 16;

    private readonly byte[] bytes;
    private readonly LentKeys<AesGcm> ciphers;

    /// <summary>A key read back from where it is kept. The bytes are copied.</summary>
    /// <param name="id">Never empty.</param>
    /// <param name="bytes">Exactly <see cref="Size"/> random bytes.</param>
    public DataKey(Guid id, ReadOnlySpan<byte> bytes)
    {
        if (id == Guid.Empty)
        {
            throw new ArgumentException("A data key needs an id.", nameof(id));
        }

        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A data key has exactly {Size} bytes.", nameof(bytes));
        }

        Id = id;
        this.bytes = bytes.ToArray();
        // One idle cipher: there is a key per subject, most of them used by one request at a time.
        ciphers = new LentKeys<AesGcm>(typeof(DataKey), () => new AesGcm(this.bytes, TagSize), kept: 1);
    }

    /// <summary>Names the key inside envelopes. It is no secret.</summary>
    public Guid Id { get; }

    /// <summary>A fresh random key.</summary>
    public static DataKey Create(Guid id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        try
        {
            return new DataKey(id, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>A copy of the key bytes, for wrapping under another key. The caller MUST zero it after use.</summary>
    public byte[] DangerousExportBytes()
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
    public override string ToString() => nameof(DataKey);

    internal void EncryptCore(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> plaintext,
        Span<byte> ciphertext,
        Span<byte> tag,
        ReadOnlySpan<byte> associated)
    {
        using var loan = ciphers.Borrow();
        loan.Key.Encrypt(nonce, plaintext, ciphertext, tag, associated);
    }

    internal bool TryDecryptCore(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        ReadOnlySpan<byte> associated)
    {
        using var loan = ciphers.Borrow();
        try
        {
            loan.Key.Decrypt(nonce, ciphertext, tag, plaintext, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
