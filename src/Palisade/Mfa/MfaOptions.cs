namespace Palisade.Mfa;

/// <summary>Second factors.</summary>
public sealed class MfaOptions
{
    /// <summary>How an authenticator app names this installation.</summary>
    public string Issuer { get; init; } = "Palisade";

    /// <summary>How long a challenge may be answered. Default 5 min (R035).</summary>
    public TimeSpan ChallengeLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Wrong codes before a challenge is void. Default 5 (R037).</summary>
    public int ChallengeAttempts { get; init; } = 5;

    /// <summary>The hash of new TOTP factors, <c>SHA1</c> or <c>SHA256</c>; it is kept with each. Default SHA1: some apps know no other.</summary>
    public string TotpAlgorithm { get; init; } = "SHA1";

    /// <summary>Time steps of 30 s before the present one that are still taken. Range 0-2, default 1 (R034).</summary>
    public int StepsBack { get; init; } = 1;

    /// <summary>Time steps after the present one. Range 0-2, default 0.</summary>
    public int StepsForward { get; init; }

    /// <summary>The origin that passkeys are made for. Its host is their RP id: with another host, nobody's passkey works.</summary>
    public Uri PublicUrl { get; init; } = new("https://localhost");

    /// <summary><c>none</c>, or <c>direct</c>: whether an authenticator is asked for its model. Default none.</summary>
    public string PasskeyAttestation { get; init; } = "none";

    /// <summary>
    /// A PEM file of the makers' root certificates, read as the process starts; <see langword="null"/> for none. With it, a new passkey needs an
    /// attestation that leads to one of them; without, what a model says of itself is believed.
    /// </summary>
    public string? PasskeyRoots { get; init; }

    /// <summary>The SHA-256 of that file, in hex. A file of another content stops the start.</summary>
    public string? PasskeyRootsSha256 { get; init; }

    /// <summary>The models, by AAGUID, that alone may be registered; empty for any.</summary>
    public IReadOnlyCollection<Guid> PasskeyAllowed { get; init; } = [];

    /// <summary>Models that may not.</summary>
    public IReadOnlyCollection<Guid> PasskeyDenied { get; init; } = [];

    /// <summary>Passkeys one account may have. Default 10.</summary>
    public int PasskeyLimit { get; init; } = 10;

    /// <summary>How long the holder of an account may object before a lost factor is replaced. Default 24 h.</summary>
    public TimeSpan RecoveryWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The same for roles of the admin class, which also need a second person. Default 72 h.</summary>
    public TimeSpan AdminRecoveryWait { get; init; } = TimeSpan.FromHours(72);

    /// <summary>How long nothing privileged is allowed with the factor that followed. Default 24 h.</summary>
    public TimeSpan Probation { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The country of telephone numbers written without one.</summary>
    public string DefaultCountry { get; init; } = "US";

    /// <summary>Backup codes in a set (R041). Each carries 120 bits, so that a fast keyed hash is enough to keep them (ASVS V6.5.2).</summary>
    public const int BackupCodes = 10;
}
