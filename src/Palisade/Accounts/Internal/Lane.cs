namespace Palisade.Accounts.Internal;

/// <summary>What a lane counts the failures of.</summary>
internal enum LaneKind
{
    /// <summary>An account, by anybody from anywhere; or the second factor of one.</summary>
    Account,

    /// <summary>An account from one device that is known to be its holder's.</summary>
    Device,

    /// <summary>An account from one network.</summary>
    Pair,

    /// <summary>A network, whatever account.</summary>
    Network,
}

/// <summary>One lane: its name in the database, and what it allows.</summary>
/// <param name="Kind">What it counts.</param>
/// <param name="Name">32 bytes that tell nobody what.</param>
/// <param name="Limit">Failures that lock it.</param>
/// <param name="AsksAfter">With more failures than this, an attempt needs a solved captcha.</param>
internal sealed record Lane(LaneKind Kind, byte[] Name, int Limit, int AsksAfter = int.MaxValue)
{
    /// <summary>Whether its lock keeps an account's holder out; a network's concerns nobody in particular.</summary>
    public bool IsAccounts => Kind is LaneKind.Account or LaneKind.Device;

    /// <summary>The order in which lanes are locked; PostgreSQL's order of <c>bytea</c>.</summary>
    public static Lane[] InOrder(params IEnumerable<Lane> lanes)
    {
        var ordered = lanes.ToArray();
        Array.Sort(ordered, (one, other) => one.Name.AsSpan().SequenceCompareTo(other.Name));
        return ordered;
    }
}

/// <summary>The right to try one secret once.</summary>
internal sealed class Attempt(IReadOnlyList<Lane> lanes, DateTimeOffset diesAt, Action release) : IDisposable
{
    private Action? release = release;

    /// <summary>Where it is counted, in order.</summary>
    public IReadOnlyList<Lane> Lanes { get; } = lanes;

    public DateTimeOffset DiesAt { get; } = diesAt;

    /// <summary>Lets the next local caller go on. What the database counts is for the lanes' settling.</summary>
    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}
