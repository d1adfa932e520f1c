using System.Buffers.Text;
using System.Text;
using Palisade.Crypto.Jose.Internal;

namespace Palisade.Crypto.Jose;

/// <summary>Signed tokens in the compact form of RFC 7515 section 3.1: the key's algorithm, one header, no options.</summary>
/// <remarks>
/// Stricter than the RFCs on purpose (RFC 8725 sections 3.1, 3.10, 3.11): <c>typ</c> and <c>kid</c> are required and
/// compared exactly, and a header member that is not understood is refused instead of ignored.
/// </remarks>
public static class CompactJws
{
    //     base64url( {"alg":"ES256","kid":"...","typ":"..."} ) . base64url( payload ) . base64url( signature )
    //     '----------------------- signed, as ASCII ----------------------------'

    /// <summary>The longest token that is read, in characters. Ours have some 400; header fields end at 8 to 32 KiB.</summary>
    public const int DefaultMaxLength = 4096;

    /// <summary>A signed token.</summary>
    /// <param name="key">Its id goes into the header.</param>
    /// <param name="typ">The one use this token is for, such as <c>at+jwt</c> (RFC 9068).</param>
    /// <param name="payload">Readable by everyone who sees the token.</param>
    public static string Sign(JwsSigningKey key, string typ, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrEmpty(typ);
        var header = new JwsHeader(key.Verification.Algorithm.Name, key.Kid, typ).ToUtf8();
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Checks everything about a token but its payload, which it hands out only when all of it held.</summary>
    /// <remarks>Never throws, whatever the token; what <paramref name="keyByKid"/> throws comes through.</remarks>
    /// <param name="token">Untrusted text.</param>
    /// <param name="expectedTyp">The one <c>typ</c> that is taken, compared exactly.</param>
    /// <param name="keyByKid">
    /// Finds a trusted key, or null. It is asked with 1 to 64 characters of the base64url alphabet, by anyone who can
    /// send a token, so it MUST answer from memory.
    /// </param>
    /// <param name="maxLength">The most characters that are looked at.</param>
    public static JoseResult Read(
        string? token, string expectedTyp, Func<string, JwsVerificationKey?> keyByKid, int maxLength = DefaultMaxLength)
    {
        ArgumentException.ThrowIfNullOrEmpty(expectedTyp);
        ArgumentNullException.ThrowIfNull(keyByKid);

        // 1. Size, then three segments, none empty, each in its only spelling.
        var segments = new byte[3][];
        if (CompactForm.Refuse(token, segments, maxLength) is { } refusal)
        {
            return Refused(refusal);
        }

        // 2. The header may only agree with what is known already.
        if (JwsHeader.Parse(segments[0]) is not { } header)
        {
            return Refused(JoseOutcome.HeaderRefused);
        }

        if (header.Typ != expectedTyp)
        {
            return Refused(JoseOutcome.TypeRefused);
        }

        // 3. The key decides about the algorithm; the header has only named the key.
        if (keyByKid(header.Kid) is not { } key)
        {
            return Refused(JoseOutcome.UnknownKey);
        }

        if (header.Alg != key.Algorithm.Name)
        {
            return Refused(JoseOutcome.AlgorithmRefused);
        }

        var signed = Encoding.ASCII.GetBytes(token!, 0, token!.LastIndexOf('.'));
        return key.Verify(signed, segments[2]) ? new JoseResult(JoseOutcome.Valid, segments[1]) : Refused(JoseOutcome.SignatureRefused);
    }

    private static JoseResult Refused(JoseOutcome outcome) => new(outcome, ReadOnlyMemory<byte>.Empty);
}
