using Palisade.Tenancy;

namespace Palisade.Access;

/// <summary>How a caller proved who they are.</summary>
public enum AuthenticationLevel
{
    /// <summary>A password alone.</summary>
    Password,

    /// <summary>A password and a second factor.</summary>
    Mfa,

    /// <summary>A passkey with user verification: nothing that a look-alike site could pass on (NIST SP 800-63B-4, section 3.2.5).</summary>
    PhishingResistant,
}

/// <summary>What the caller sent as proof.</summary>
public enum CallerKind
{
    /// <summary>An access token in <c>Authorization</c>.</summary>
    Bearer,

    /// <summary>The session cookie of a browser; unsafe methods need the CSRF token as well.</summary>
    Cookie,
}

/// <summary>Who is asking: one immutable answer for bearer and cookie alike. It holds no personal data.</summary>
/// <param name="User">The account's id.</param>
/// <param name="Tenant">The company the account belongs to; every row read or written is that company's.</param>
/// <param name="Role">The role's name.</param>
/// <param name="Permissions">What the role allows.</param>
/// <param name="Session">The session's id; it opens nothing.</param>
/// <param name="Level">How it was proved.</param>
/// <param name="Kind">By what.</param>
public sealed record Caller(Guid User, TenantId Tenant, string Role, PermissionSet Permissions, Guid Session, AuthenticationLevel Level, CallerKind Kind)
{
    /// <summary>When the factors were last shown: the sign-in, or a step-up since.</summary>
    public DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>Until when nothing privileged is allowed, because a factor was just recovered; or <see langword="null"/>.</summary>
    public DateTimeOffset? ProbationUntil { get; init; }
}
