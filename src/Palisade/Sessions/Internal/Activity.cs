using System.Net;

namespace Palisade.Sessions.Internal;

/// <summary>One use of a session: when, from where, which route, and what the client called itself.</summary>
internal sealed record Use(DateTimeOffset At, IPAddress? Address, string Method, string? Route, string Agent);

/// <summary>What this node knows of a session's use: the latest, and how much of it is in PostgreSQL.</summary>
internal sealed class Activity(Guid session, DateTimeOffset written)
{
    private Use? latest;
    private long writtenTicks = written.UtcTicks;
    private int skipped;

    public Guid Session => session;

    /// <summary>The latest use on this node, or <see langword="null"/> when nobody used it here.</summary>
    public Use? Latest => Volatile.Read(ref latest);

    /// <summary>As PostgreSQL has it.</summary>
    public DateTimeOffset Written => new(Volatile.Read(ref writtenTicks), TimeSpan.Zero);

    /// <summary>When it was last used, as far as this node knows.</summary>
    public DateTimeOffset LastSeen => Latest is { } use && use.At > Written ? use.At : Written;

    public void Remember(Use use) => Volatile.Write(ref latest, use);

    /// <summary>PostgreSQL has it up to then. It never goes back: another node's later use stands.</summary>
    public void WrittenUpTo(DateTimeOffset at)
    {
        for (var known = Volatile.Read(ref writtenTicks); known < at.UtcTicks; known = Volatile.Read(ref writtenTicks))
        {
            if (Interlocked.CompareExchange(ref writtenTicks, at.UtcTicks, known) == known)
            {
                Volatile.Write(ref skipped, 0);
                return;
            }
        }
    }

    /// <summary>Whether a row that was not written is worth another round.</summary>
    public bool MayBeTriedAgain() => Interlocked.Increment(ref skipped) <= 3;
}
