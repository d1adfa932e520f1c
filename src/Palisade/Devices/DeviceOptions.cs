namespace Palisade.Devices;

/// <summary>What a known device is worth.</summary>
public sealed class DeviceOptions
{
    /// <summary>From <c>SIGNING_KEY</c>: signs what a device keeps. At least 32 secret bytes.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>How long no second factor is asked for on a device whose holder wished so. Default 30 days.</summary>
    public TimeSpan TrustFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Whether that holds for roles of the admin class too. Default false: whoever holds an administrator's unlocked computer would need only the password.</summary>
    public bool TrustAdmins { get; init; }

    /// <summary>How long a device is remembered. The longest that browsers keep a cookie.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(400);

    /// <summary>How many accounts one device may know. More is no shared computer any more.</summary>
    public const int AccountsOfOne = 5;

    /// <summary>How many devices an account knows; the one not seen for longest makes room.</summary>
    public const int DevicesOfOne = 20;
}
