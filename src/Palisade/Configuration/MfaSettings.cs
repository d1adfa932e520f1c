namespace Palisade.Configuration;

/// <summary>Second factors, as a deployment sets them.</summary>
public sealed class MfaSettings
{
    /// <summary>How authenticator apps name this installation. Without a colon.</summary>
    public string Issuer { get; init; } = "Palisade";

    /// <summary>The hash of new TOTP factors: <c>SHA1</c>, which every app knows, or <c>SHA256</c>.</summary>
    public string TotpAlgorithm { get; init; } = "SHA1";

    /// <summary>Steps of 30 s before the present one whose codes are still taken. 0 to 2.</summary>
    public int TotpStepsBack { get; init; } = 1;

    /// <summary>Steps after the present one. 0 to 2.</summary>
    public int TotpStepsForward { get; init; }

    /// <summary><c>none</c>, or <c>direct</c>: whether a new passkey's authenticator is asked for its model.</summary>
    public string PasskeyAttestation { get; init; } = "none";

    /// <summary>A PEM file of the roots that attestations must lead to, or <see langword="null"/>.</summary>
    public string? PasskeyRoots { get; init; }

    /// <summary>The SHA-256 of that file, in hex.</summary>
    public string? PasskeyRootsSha256 { get; init; }

    /// <summary>AAGUIDs of the models that alone may be registered; empty for any.</summary>
    public IReadOnlyList<Guid> PasskeyAllowed { get; init; } = [];

    /// <summary>AAGUIDs of models that may not.</summary>
    public IReadOnlyList<Guid> PasskeyDenied { get; init; } = [];

    /// <summary>Passkeys one account may have. 1 to 50.</summary>
    public int PasskeyLimit { get; init; } = 10;

    /// <summary>How long the holder of an account may object before a lost factor is replaced. At least an hour in Production.</summary>
    public TimeSpan RecoveryWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The same for roles of the admin class.</summary>
    public TimeSpan AdminRecoveryWait { get; init; } = TimeSpan.FromHours(72);

    /// <summary>How long nothing privileged is allowed with the factor that followed a recovery.</summary>
    public TimeSpan Probation { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether trusted devices spare administrators the second factor too.</summary>
    public bool TrustAdmins { get; init; }
}
