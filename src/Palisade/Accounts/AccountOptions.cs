using Palisade.Crypto.Passwords;

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

    /// <summary>How long an account is held after suspicious activity; it ends by itself. Default 1 h (R013).</summary>
    public TimeSpan HoldDuration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>An attempt that has not ended after this belonged to a process that died, and counts as a failure. Default 60 s.</summary>
    public TimeSpan AttemptDiesAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>With more failures than this, by account, device or pair, a sign-in needs a solved captcha. Default 3 (R014).</summary>
    public int CaptchaAfter { get; init; } = 3;

    /// <summary>Wrong passwords and codes from one network (IPv4 address, IPv6 /64), whatever account, before it is refused. Default 30 (R107).</summary>
    public int NetworkMaxFailures { get; init; } = 30;

    /// <summary>With more failures than this, a network's sign-ins need a solved captcha. Default 10: an office has more typos than a person.</summary>
    public int NetworkCaptchaAfter { get; init; } = 10;

    /// <summary>How long a sign-in waits for others to the same account to end before it is told to come back. Default 5 s.</summary>
    public TimeSpan LanePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many sign-ins to one account may wait in one process; the next is told to come back at once. Default 64.</summary>
    public int LongestLine { get; init; } = 64;

    /// <summary>What a password hash costs. Default: 19 MiB, 2 passes (R021).</summary>
    public Argon2idCost HashCost { get; init; } = Argon2idCost.Recommended;

    /// <summary>Password hashes computed at the same time: each takes a core, and the memory of its cost. Default: all cores but one, in a quarter of the memory.</summary>
    public int ParallelHashes { get => field > 0 ? field : Fitting(HashCost); init; }

    /// <summary>Sign-ins that may wait for a hash; whoever comes then is told to come back at once. Default 128.</summary>
    public int HashRoom { get; init; } = 128;

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

    // The other core answers everybody else meanwhile.
    private static int Fitting(Argon2idCost cost) => (int)Math.Max(
        1, Math.Min(Environment.ProcessorCount - 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / (cost.MemoryKiB * 1024L)));
}
