using System.Text;
using Palisade.Crypto.Jose.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>A browser's proof that it holds the key of a device-bound session (W3C Device Bound Session Credentials, "DBSC Proof JWT"): ES256 and nothing else.</summary>
/// <remarks>Whether the challenge is one of ours, for this session, and new, is for the caller to ask.</remarks>
/// <param name="Challenge"><c>jti</c>: the challenge that was signed, 1 to 128 characters.</param>
/// <param name="Key">The key that signed it.</param>
public sealed record SessionProof(string Challenge, Es256VerificationKey Key)
{
    private const string Typ = "dbsc+jwt";
    private const string Alg = "ES256";
    private const int MaxLength = 4096;
    private const int MaxChallengeLength = 128;

    /// <summary>A registration's proof, which brings its key along; else <see langword="null"/>. Never throws, whatever the proof.</summary>
    public static SessionProof? ReadWithKey(string? proof) =>
        Parts.Of(proof, members: 3) is { } parts
        && parts.Header.Object("jwk") is { } jwk
        && EmbeddedKey.Read(Alg, jwk) is Es256VerificationKey key
            ? parts.SignedBy(key)
            : null;

    /// <summary>A proof by a key that is known already; one that brings a key along is refused. Never throws, whatever the proof.</summary>
    public static SessionProof? Read(string? proof, Es256VerificationKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Parts.Of(proof, members: 2)?.SignedBy(key);
    }

    private sealed record Parts(string Signed, FlatJson Header, byte[] Claims, byte[] Signature)
    {
        public static Parts? Of(string? proof, int members)
        {
            var segments = new byte[3][];
            return CompactForm.Refuse(proof, segments, MaxLength) is null
                && FlatJson.TryRead(segments[0], out var header, nested: "jwk")
                && header.Names.Count == members
                && header.Text("typ") == Typ
                && header.Text("alg") == Alg
                    ? new Parts(proof![..proof!.LastIndexOf('.')], header, segments[1], segments[2])
                    : null;
        }

        // The draft's other claims (aud, iat, sub, authorization) come and go with its versions. The challenge says all of it: it
        // is ours, and sealed for one session, one endpoint and two minutes.
        public SessionProof? SignedBy(Es256VerificationKey key) =>
            key.Verify(Encoding.ASCII.GetBytes(Signed), Signature)
            && FlatJson.TryRead(Claims, out var claims)
            && claims.Text("jti") is { Length: > 0 and <= MaxChallengeLength } challenge
                ? new SessionProof(challenge, key)
                : null;
    }
}
