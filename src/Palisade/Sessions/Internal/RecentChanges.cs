using System.Collections.Concurrent;

namespace Palisade.Sessions.Internal;

/// <summary>Sessions and accounts that changed a short while ago, in the order in which this node heard of it.</summary>
/// <remarks>
/// What is kept in memory remembers the place it was read at (<see cref="Here"/>, taken BEFORE the query). A change that was
/// committed before the query is in what the query found; one that was committed later is heard of later, and so has a higher
/// place. Whatever order loads, changes and look-ups run in, nothing outdated is handed out after its change was heard of.
/// </remarks>
internal sealed class RecentChanges(TimeProvider clock)
{
    /// <summary>Nothing in memory is handed out at a greater age, so no older change needs to be remembered.</summary>
    internal static readonly TimeSpan LongestKept = TimeSpan.FromSeconds(60);

    private const int MostRemembered = 200_000;

    private readonly ConcurrentDictionary<Guid, Place> changed = new();
    private long place;
    private long floor;

    /// <summary>The place and time of a query that is about to be made.</summary>
    public Place Here => new(Volatile.Read(ref place), clock.GetTimestamp());

    /// <summary>A session, or an account, is not what it was. After this returned, nobody is handed what was read before.</summary>
    public void Apply(Guid id)
    {
        var now = new Place(Interlocked.Increment(ref place), clock.GetTimestamp());
        changed.AddOrUpdate(id, now, (_, known) => known.Number > now.Number ? known : now);
    }

    /// <summary>Nothing that was read before this counts any more.</summary>
    public void ApplyToAll()
    {
        var now = Interlocked.Increment(ref place);
        Volatile.Write(ref floor, now);
        Forget(change => change.Number <= now);
    }

    /// <summary>Whether what was read there, about this session of this account, may still be handed out.</summary>
    public bool Stands(Place read, Guid session, Guid account) =>
        read.Number >= Volatile.Read(ref floor) && clock.GetElapsedTime(read.Time) < LongestKept && !IsChanged(read, session) && !IsChanged(read, account);

    /// <summary>Forgets changes that everything in memory is younger than. MUST be called every now and then.</summary>
    public void Prune()
    {
        if (changed.Count > MostRemembered)
        {
            ApplyToAll();
        }
        else
        {
            Forget(change => clock.GetElapsedTime(change.Time) > 2 * LongestKept);
        }
    }

    private bool IsChanged(Place read, Guid id) => changed.TryGetValue(id, out var change) && change.Number > read.Number;

    private void Forget(Func<Place, bool> isOver)
    {
        foreach (var (id, change) in changed)
        {
            if (isOver(change))
            {
                changed.TryRemove(KeyValuePair.Create(id, change)); // only as it was seen: it may just have changed again
            }
        }
    }

    /// <summary>How many changes this node had heard of, and when that was.</summary>
    internal readonly record struct Place(long Number, long Time);
}
