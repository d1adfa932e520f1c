namespace Palisade.Sessions.Internal;

/// <summary>Rung after a commit that others should hear of. Whoever hears it looks into PostgreSQL; a bell that is not heard costs a moment, never a change.</summary>
internal sealed class Bell
{
    private event Action? Rung;

    /// <summary>Tells whoever listens.</summary>
    public void Ring() => Rung?.Invoke();

    /// <summary>From now on, this is called at each ring. It MUST be quick and MUST NOT throw.</summary>
    public void Listen(Action heard) => Rung += heard;
}

internal static class Rings
{
    /// <summary>Lets one waiter of a semaphore of one go on; however often it is called before that, one.</summary>
    public static void ReleaseOnce(this SemaphoreSlim semaphore)
    {
        try
        {
            if (semaphore.CurrentCount == 0)
            {
                semaphore.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Somebody else did at the same moment.
        }
    }
}
