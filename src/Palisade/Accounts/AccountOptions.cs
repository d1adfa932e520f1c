namespace Palisade.Accounts;

/// <summary>The limits of sign-in and of the work it may cause.</summary>
public sealed class AccountOptions
{
    /// <summary>Wrong passwords, or wrong codes, before an account's lane locks. Default 5 (R009).</summary>
    public int MaxFailures { get; init; } = 5;

    /// <summary>How long failures are remembered, from the first of them. Default 15 min.</summary>
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the lock lasts; it ends by itself. Default 15 min (R009).</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>An attempt that has not ended after this belonged to a process that died, and counts as a failure. Default 60 s.</summary>
    public TimeSpan AttemptDiesAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a sign-in waits for others to the same account to end before it is told to come back. Default 10 s.</summary>
    public TimeSpan LanePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Password hashes computed at the same time. Default: one per core. Each takes 19 MiB and a core.</summary>
    public int ParallelHashes { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>How long a hash may wait for its turn; then 503. Default 2 s (A7).</summary>
    public TimeSpan HashPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an invitation can be accepted. Default 7 days.</summary>
    public TimeSpan InvitationLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether strangers may register, each in a company of its own. Default true.</summary>
    public bool RegistrationIsOpen { get; init; } = true;

    /// <summary>The role of who registers, in the company that is theirs alone. Default: the least of the preset (R002).</summary>
    public string RegistrationRole { get; init; } = "viewer";

    /// <summary>How long the link that shows an address to be one's own is good. Default 24 h (R004).</summary>
    public TimeSpan VerificationLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A waiting address is mailed again at the earliest after this. Default 2 min.</summary>
    public TimeSpan RegistrationPause { get; init; } = TimeSpan.FromMinutes(2);
}
