using System.Collections.Concurrent;

namespace Palisade.Sessions.Internal;

/// <summary>What was read about one session or account.</summary>
internal interface IFollowed
{
    /// <summary>Whose it is; <see cref="Guid.Empty"/> when it concerns no session.</summary>
    Guid Session { get; }

    /// <summary>Whose account.</summary>
    Guid Account { get; }
}

/// <summary>A bounded memory that never hands out what has changed since it was read.</summary>
/// <remarks>
/// Two generations: whatever is used moves into the young one; when that is full, or has its age, it becomes the old one, and
/// the old one is forgotten. So at most <paramref name="capacity"/> entries, the least used go first, and nothing unused stays
/// for long.
/// </remarks>
internal sealed class Followed<TKey, TValue>(RecentChanges changes, TimeProvider clock, int capacity)
    where TKey : notnull
    where TValue : class, IFollowed
{
    private readonly Lock turning = new();
    private Generation young = new(clock.GetTimestamp());
    private Generation old = new(0);

    /// <summary>What is known and still stands, or <see langword="null"/>.</summary>
    public TValue? Find(TKey key)
    {
        var generation = young;
        if (generation.Entries.TryGetValue(key, out var entry) || TryPromote(key, out entry))
        {
            return changes.Stands(entry.Read, entry.Value.Session, entry.Value.Account) ? entry.Value : null;
        }

        return null;
    }

    /// <summary>Keeps what was read. <paramref name="read"/> MUST have been taken before the query.</summary>
    public void Keep(TKey key, TValue value, RecentChanges.Place read)
    {
        if (!changes.Stands(read, value.Session, value.Account))
        {
            return;
        }

        Turn();
        young.Put(key, new Entry(value, read));
    }

    /// <summary>How many are kept.</summary>
    public int Count => young.Entries.Count + old.Entries.Count;

    private bool TryPromote(TKey key, out Entry entry)
    {
        if (!old.Entries.TryGetValue(key, out entry))
        {
            return false;
        }

        Turn();
        young.PutUnlessThere(key, entry); // what was loaded meanwhile is newer
        return true;
    }

    private void Turn()
    {
        if (!IsDue(young))
        {
            return;
        }

        lock (turning)
        {
            if (IsDue(young))
            {
                old = young;
                young = new Generation(clock.GetTimestamp());
            }
        }
    }

    private bool IsDue(Generation generation) =>
        generation.Size >= capacity / 2 || clock.GetElapsedTime(generation.Began) >= RecentChanges.LongestKept;

    private readonly record struct Entry(TValue Value, RecentChanges.Place Read);

    private sealed class Generation(long began)
    {
        private int size;

        public ConcurrentDictionary<TKey, Entry> Entries { get; } = new();

        public long Began => began;

        /// <summary>At least as many as there are entries; the dictionary's own count would stop everybody.</summary>
        public int Size => Volatile.Read(ref size);

        public void Put(TKey key, Entry entry)
        {
            Interlocked.Increment(ref size);
            Entries[key] = entry;
        }

        public void PutUnlessThere(TKey key, Entry entry)
        {
            if (Entries.TryAdd(key, entry))
            {
                Interlocked.Increment(ref size);
            }
        }
    }
}
