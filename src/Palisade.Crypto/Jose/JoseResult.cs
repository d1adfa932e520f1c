namespace Palisade.Crypto.Jose;

/// <summary>Why a token was refused, or that it was not. For logs and audit: a caller is told none of it.</summary>
public enum JoseOutcome
{
    /// <summary>Not the segments of strict base64url that its form has. Also the default, so that an unset result is a refusal.</summary>
    Malformed = 0,

    /// <summary>Longer than the cap; nothing was read.</summary>
    TooLong,

    /// <summary>The header is no JSON object of exactly the members its form has.</summary>
    HeaderRefused,

    /// <summary>The algorithm is none of ours, or not the one of the key.</summary>
    AlgorithmRefused,

    /// <summary>A token made for another use.</summary>
    TypeRefused,

    /// <summary>No key of that id.</summary>
    UnknownKey,

    /// <summary>The signature is not that key's over this header and payload.</summary>
    SignatureRefused,

    /// <summary>It was not encrypted under that key, or was changed since.</summary>
    DecryptionRefused,

    /// <summary>Signed or encrypted under a known key, for this use.</summary>
    Valid,
}

/// <summary>What reading a token found.</summary>
/// <param name="Outcome">Valid, or the first reason against it.</param>
/// <param name="Payload">What was signed or encrypted; empty unless valid.</param>
public readonly record struct JoseResult(JoseOutcome Outcome, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Whether <see cref="Payload"/> may be used.</summary>
    public bool IsValid => Outcome == JoseOutcome.Valid;
}
