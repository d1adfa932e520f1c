namespace Palisade.Crypto.Jose.Internal;

/// <summary>The compact form that JWS and JWE share: segments of strict base64url between dots.</summary>
internal static class CompactForm
{
    /// <summary>Why the token has not this form, or <see langword="null"/>. Size is looked at before anything else.</summary>
    /// <param name="token">Untrusted text.</param>
    /// <param name="segments">Decoded, when there was no reason against it.</param>
    /// <param name="maxLength">The most characters that are looked at.</param>
    /// <param name="empty">The index of the one segment that MUST be empty, or -1: all others MUST NOT be.</param>
    internal static JoseOutcome? Refuse(string? token, byte[][] segments, int maxLength, int empty = -1)
    {
        if (token is null || token.Length > maxLength)
        {
            return token is null ? JoseOutcome.Malformed : JoseOutcome.TooLong;
        }

        var texts = token.Split('.', segments.Length + 1);
        if (texts.Length != segments.Length)
        {
            return JoseOutcome.Malformed;
        }

        for (var index = 0; index < segments.Length; index++)
        {
            if (texts[index].Length == 0 != (index == empty) || !StrictBase64Url.TryDecode(texts[index], out var decoded))
            {
                return JoseOutcome.Malformed;
            }

            segments[index] = decoded;
        }

        return null;
    }
}
