using System.Buffers.Text;
using System.Security.Cryptography;
using Palisade.Crypto.Secrets;

namespace Palisade.Tokens.Internal;

/// <summary>Makes, reads and succeeds refresh tokens. Opaque to the client; the database holds only their SHA-256 (R054).</summary>
/// <remarks>
/// <code>
///     0            16           48         64
///     +------------+------------+----------+
///     | session id |   secret   |   tag    |   base64url: 86 characters
///     +------------+------------+----------+
/// </code>
/// The tag (HMAC, cut to 128 bits) says that we issued it, so a stranger who knows a session's id cannot end the session by
/// presenting garbage. The successor's secret is an HMAC of this token: whoever presents the predecessor again in time gets
/// the very same successor, with nothing but hashes stored.
/// </remarks>
internal sealed class RefreshTokens(TokenOptions options)
{
    private const int IdSize = 16;
    private const int SecretSize = 32;
    private const int TagSize = 16;
    private const int Size = IdSize + SecretSize + TagSize;

    public string First(Guid session) => Build(session, RandomNumberGenerator.GetBytes(SecretSize));

    public string Successor(Guid session, string predecessor) =>
        Build(session, KeyedHash.Compute(options.RefreshKey.Span, "refresh-successor", System.Text.Encoding.ASCII.GetBytes(predecessor)));

    public static byte[] Hash(string token) => SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token));

    /// <summary>The session a token belongs to; <see langword="false"/> for anything we did not issue.</summary>
    public bool TryRead(string? token, out Guid session)
    {
        session = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (token is not { Length: 86 } || !Base64Url.TryDecodeFromChars(token, bytes, out var length) || length != Size)
        {
            return false;
        }

        session = new Guid(bytes[..IdSize], bigEndian: true);
        return CryptographicOperations.FixedTimeEquals(Tag(bytes[..(IdSize + SecretSize)]), bytes[(IdSize + SecretSize)..]);
    }

    private string Build(Guid session, byte[] secret)
    {
        var bytes = new byte[Size];
        session.TryWriteBytes(bytes, bigEndian: true, out _);
        secret.CopyTo(bytes, IdSize);
        Tag(bytes.AsSpan(0, IdSize + SecretSize)).CopyTo(bytes, IdSize + SecretSize);
        return Base64Url.EncodeToString(bytes);
    }

    private byte[] Tag(ReadOnlySpan<byte> body) => KeyedHash.Compute(options.RefreshKey.Span, "refresh-tag", body)[..TagSize];
}
