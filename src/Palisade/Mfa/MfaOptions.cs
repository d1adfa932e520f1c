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

    /// <summary>Time steps of 30 s before the present one that are still taken. Range 0-2, default 1 (R034).</summary>
    public int StepsBack { get; init; } = 1;

    /// <summary>Time steps after the present one. Range 0-2, default 0.</summary>
    public int StepsForward { get; init; }

    /// <summary>Backup codes in a set (R041). Each carries 80 bits, so that a fast keyed hash is enough to keep them.</summary>
    public const int BackupCodes = 10;
}
