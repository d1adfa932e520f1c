namespace Palisade.Crypto.Jose;

/// <summary>Why a token was refused, or that it was not. For logs and audit: a caller is told none of it.</summary>
public enum JwsOutcome
{
    /// <summary>Not three segments of strict base64url. Also the default, so that an unset result is a refusal.</summary>
    Malformed = 0,

    /// <summary>Longer than the cap; nothing was read.</summary>
    TooLong,

    /// <summary>The header is no flat JSON object of exactly <c>alg</c>, <c>kid</c> and <c>typ</c>.</summary>
    HeaderRefused,

    /// <summary>The algorithm is not ES256.</summary>
    AlgorithmRefused,

    /// <summary>A token made for another use.</summary>
    TypeRefused,

    /// <summary>No key of that id.</summary>
    UnknownKey,

    /// <summary>The signature is not that key's over this header and payload.</summary>
    SignatureRefused,

    /// <summary>Signed by a known key, for this use.</summary>
    Valid,
}

/// <summary>What reading a token found.</summary>
/// <param name="Outcome">Valid, or the first reason against it.</param>
/// <param name="Payload">The signed bytes; empty unless valid.</param>
public readonly record struct JwsResult(JwsOutcome Outcome, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether <see cref="Payload"/> may be used.</summary>
    public bool IsValid => Outcome == JwsOutcome.Valid;
}
