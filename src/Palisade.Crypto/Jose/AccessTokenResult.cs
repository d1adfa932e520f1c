using System.Diagnostics.CodeAnalysis;

namespace Palisade.Crypto.Jose;

/// <summary>How an access token stands.</summary>
public enum AccessTokenVerdict
{
    /// <summary>Not a token of ours. Also the default, so that an unset result is a refusal.</summary>
    Invalid = 0,

    /// <summary>One of ours, meant for us, and too old.</summary>
    Expired,

    /// <summary>One of ours, meant for us, and in time.</summary>
    Valid,
}

/// <summary>What reading an access token found.</summary>
/// <param name="Verdict">How the token stands.</param>
/// <param name="Claims">What it says; null unless valid.</param>
/// <param name="Signature">What reading the signed form found, for logs and audit.</param>
public sealed record AccessTokenResult(AccessTokenVerdict Verdict, AccessTokenClaims? Claims, JoseOutcome Signature)
{
    /// <summary>Whether <see cref="Claims"/> may be used.</summary>
    [MemberNotNullWhen(true, nameof(Claims))]
    public bool IsValid => Verdict == AccessTokenVerdict.Valid && Claims is not null;
}
