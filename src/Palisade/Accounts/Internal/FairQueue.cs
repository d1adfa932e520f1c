using System.Diagnostics.CodeAnalysis;

namespace Palisade.Accounts.Internal;

/// <summary>First in, first out within a company, and the companies in turn: one that sends a thousand waits behind its own.</summary>
internal sealed class FairQueue<T>
{
    private readonly Dictionary<Guid, Queue<T>> queues = [];
    private readonly Queue<Guid> turns = new();

    public void Enqueue(Guid company, T item)
    {
        if (!queues.TryGetValue(company, out var queue))
        {
            queues.Add(company, queue = new Queue<T>());
            turns.Enqueue(company);
        }

        queue.Enqueue(item);
    }

    public bool TryDequeue([MaybeNullWhen(false)] out T item)
    {
        if (!turns.TryDequeue(out var company))
        {
            item = default;
            return false;
        }

        var queue = queues[company];
        item = queue.Dequeue();
        if (queue.Count > 0)
        {
            turns.Enqueue(company);
        }
        else
        {
            queues.Remove(company);
        }

        return true;
    }
}
