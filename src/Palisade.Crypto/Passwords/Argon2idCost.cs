namespace Palisade.Crypto.Passwords;

/// <summary>What one Argon2id hash costs (RFC 9106 section 3.1); always one lane.</summary>
/// <remarks>
/// The floor is OWASP's configuration of 19 MiB and two passes. Less memory makes guessing on graphics cards cheap;
/// more costs this server that much memory for every sign-in in flight.
/// </remarks>
public readonly record struct Argon2idCost
{
    /// <summary>The least memory, in KiB: 19 MiB.</summary>
    public const int MinMemoryKiB = 19456;

    /// <summary>The most memory, in KiB: 1 GiB. A stored value that asks for more is not computed either.</summary>
    public const int MaxMemoryKiB = 1024 * 1024;

    /// <summary>The fewest passes over the memory.</summary>
    public const int MinPasses = 2;

    /// <summary>The most passes over the memory.</summary>
    public const int MaxPasses = 16;

    /// <summary>A cost within the limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cost is too low to be safe or too high to be served.</exception>
    public Argon2idCost(int memoryKiB, int passes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryKiB, MinMemoryKiB);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memoryKiB, MaxMemoryKiB);
        ArgumentOutOfRangeException.ThrowIfLessThan(passes, MinPasses);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(passes, MaxPasses);
        MemoryKiB = memoryKiB;
        Passes = passes;
    }

    private Argon2idCost(int memoryKiB)
    {
        MemoryKiB = memoryKiB;
        Passes = 1;
    }

    /// <summary>19 MiB, two passes: about 20 ms of one core.</summary>
    public static Argon2idCost Recommended { get; } = new(MinMemoryKiB, MinPasses);

    /// <summary>Memory, in KiB.</summary>
    public int MemoryKiB { get; }

    /// <summary>Passes over the memory.</summary>
    public int Passes { get; }

    /// <summary>64 KiB and one pass, for tests that hash thousands: a stolen hash is as good as the password.</summary>
    public static Argon2idCost DangerousCheapForTests() => new(memoryKiB: 64);

    // default(Argon2idCost) goes past the constructor.
    internal void ThrowIfDefault()
    {
        if (MemoryKiB == 0)
        {
            throw new ArgumentException($"The Argon2id cost is not set; {nameof(Recommended)} is a good one.");
        }
    }
}
