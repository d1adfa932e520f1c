using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Crypto.Jose.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A signed token inside an encrypted one (RFC 7516 section 3.1, RFC 7519 appendix A.2): <c>dir</c> with <c>A256GCM</c>, never compressed.</summary>
/// <remarks>
/// Encryption hides a token and proves nothing: everybody who can read one can make one. What comes out MUST be verified as a
/// <see cref="CompactJws"/> under a signing key.
/// </remarks>
public static class CompactJwe
{
    //     base64url( {"alg":"dir","cty":"JWT","enc":"A256GCM","kid":"..."} ) . . nonce 12 . ciphertext . tag 16
    //     '--- associated data, as ASCII: nothing of it can be changed ----'   '------- each in base64url -----'
    //
    // The second segment, an encrypted key, is always empty: the key is the one that the kid names.

    /// <summary>The longest token that is read, in characters.</summary>
    public const int DefaultMaxLength = 6144;

    /// <summary>Encrypts a signed token.</summary>
    public static string Encrypt(JweKey key, string jws)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrEmpty(jws);
        var header = Base64Url.EncodeToString(Header(key.Kid));
        var nonce = RandomNumberGenerator.GetBytes(JweKey.NonceSize);
        var plaintext = Encoding.ASCII.GetBytes(jws);
        var ciphertext = new byte[plaintext.Length];
        var tag = new byte[JweKey.TagSize];
        key.Encrypt(nonce, plaintext, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        return $"{header}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(ciphertext)}.{Base64Url.EncodeToString(tag)}";
    }

    /// <summary>What was encrypted, when everything about the token was right. Never throws, whatever the token.</summary>
    /// <param name="token">Untrusted text.</param>
    /// <param name="keyByKid">As for <see cref="CompactJws.Read"/>; it can only ever answer a key for encryption.</param>
    /// <param name="maxLength">The most characters that are looked at.</param>
    public static JoseResult Decrypt(string? token, Func<string, JweKey?> keyByKid, int maxLength = DefaultMaxLength)
    {
        ArgumentNullException.ThrowIfNull(keyByKid);
        var segments = new byte[5][];
        if (CompactForm.Refuse(token, segments, maxLength, empty: 1) is { } refusal)
        {
            return new JoseResult(refusal, default);
        }

        if (!FlatJson.TryRead(segments[0], out var header)
            || header.Names.Count != 4
            || header.Text("cty") != "JWT"
            || header.Text("kid") is not { Length: > 0 and <= JwsHeader.MaxKidLength } kid
            || !StrictBase64Url.IsAlphabet(kid)
            || header.Text("alg") is not { } alg
            || header.Text("enc") is not { } enc)
        {
            return new JoseResult(JoseOutcome.HeaderRefused, default);
        }

        if (alg != "dir" || enc != "A256GCM")
        {
            return new JoseResult(JoseOutcome.AlgorithmRefused, default);
        }

        if (keyByKid(kid) is not { } key)
        {
            return new JoseResult(JoseOutcome.UnknownKey, default);
        }

        var associated = Encoding.ASCII.GetBytes(token!, 0, token!.IndexOf('.', StringComparison.Ordinal));
        return key.TryDecrypt(segments[2], segments[3], segments[4], associated) is { } plaintext
            ? new JoseResult(JoseOutcome.Valid, plaintext)
            : new JoseResult(JoseOutcome.DecryptionRefused, default);
    }

    private static byte[] Header(string kid)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", "dir");
            writer.WriteString("cty", "JWT");
            writer.WriteString("enc", "A256GCM");
            writer.WriteString("kid", kid);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
