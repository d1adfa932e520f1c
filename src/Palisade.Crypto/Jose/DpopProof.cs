using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Jose.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A proof that the sender of one request holds a private key (RFC 9449 section 4).</summary>
/// <remarks>It proves no more than that: whose key it is, and whether the proof is new, is for the caller to ask.</remarks>
/// <param name="KeyThumbprint">Of the public key in the proof (RFC 7638).</param>
/// <param name="TokenId"><c>jti</c>, 1 to 128 characters.</param>
/// <param name="Method"><c>htm</c></param>
/// <param name="Address"><c>htu</c></param>
/// <param name="IssuedAt"><c>iat</c></param>
/// <param name="AccessTokenHash"><c>ath</c>; <see langword="null"/> in a request without an access token.</param>
/// <param name="Nonce">The server's own, or <see langword="null"/>.</param>
public sealed record DpopProof(
    string KeyThumbprint, string TokenId, string Method, string Address, DateTimeOffset IssuedAt, string? AccessTokenHash, string? Nonce)
{
    private const string Typ = "dpop+jwt";
    private const int MaxLength = 4096;
    private const int MaxTokenIdLength = 128;

    private static readonly string[] Required = ["jti", "htm", "htu", "iat"];
    private static readonly string[] Optional = ["ath", "nonce"];
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The proof, when its form, its key and its signature are right; else <see langword="null"/>. Never throws, whatever the proof.</summary>
    public static DpopProof? Read(string? proof)
    {
        var segments = new byte[3][];
        if (CompactForm.Refuse(proof, segments, MaxLength) is not null
            || !FlatJson.TryRead(segments[0], out var header, nested: "jwk")
            || header.Names.Count != 3
            || header.Text("typ") != Typ
            || header.Object("jwk") is not { } jwk
            || EmbeddedKey.Read(header.Text("alg"), jwk) is not { } key)
        {
            return null;
        }

        // The key came along and may not be believed, which is why this type says nothing of whose it is.
        var signed = Encoding.ASCII.GetBytes(proof!, 0, proof!.LastIndexOf('.'));
        return key.Verify(signed, segments[2]) && FlatJson.TryRead(segments[1], out var claims) ? Of(key.Kid, claims) : null;
    }

    /// <summary>What <c>ath</c> must be for this token: its SHA-256 in base64url (RFC 9449 section 4.2).</summary>
    public static string HashOf(string accessToken) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));

    private static DpopProof? Of(string thumbprint, FlatJson claims) =>
        Required.All(claims.Names.Contains)
        && claims.Names.All(name => Required.Contains(name) || (Optional.Contains(name) && claims.Text(name) is not null))
        && claims.Text("jti") is { Length: > 0 and <= MaxTokenIdLength } tokenId
        && claims.Text("htm") is { } method
        && claims.Text("htu") is { } address
        && claims.Number("iat") is { } issuedAt && issuedAt >= 0 && issuedAt <= LastSecond
            ? new DpopProof(thumbprint, tokenId, method, address, DateTimeOffset.FromUnixTimeSeconds(issuedAt), claims.Text("ath"), claims.Text("nonce"))
            : null;
}
