using System.Security.Cryptography;
using Palisade.Crypto.Secrets;

namespace Palisade.Crypto.Passwords;

/// <summary>A key that goes into every password hash and is kept apart from the database.</summary>
/// <remarks>
/// Without it, stolen hashes cannot be guessed against (NIST SP 800-63B-4 section 3.1.1.2). Lost, no password that used
/// it opens any more.
/// </remarks>
[Secret]
public sealed class Pepper
{
    /// <summary>Bytes in a pepper.</summary>
    public const int Size = 32;

    private readonly byte[] bytes;

    /// <summary>A pepper read back from where it is kept. The bytes are copied.</summary>
    /// <param name="id">Stored beside each hash; never empty.</param>
    /// <param name="bytes">Exactly <see cref="Size"/> random bytes.</param>
    public Pepper(Guid id, ReadOnlySpan<byte> bytes)
    {
        if (id == Guid.Empty)
        {
            throw new ArgumentException("A pepper needs an id.", nameof(id));
        }

        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A pepper has exactly {Size} bytes.", nameof(bytes));
        }

        Id = id;
        this.bytes = bytes.ToArray();
    }

    /// <summary>Names the pepper inside stored hashes. It is no secret.</summary>
    public Guid Id { get; }

    internal ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>A fresh random pepper.</summary>
    public static Pepper Create(Guid id) => new(id, RandomNumberGenerator.GetBytes(Size));

    /// <summary>The type's name, never the pepper.</summary>
    public override string ToString() => nameof(Pepper);
}
