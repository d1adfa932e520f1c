using System.Diagnostics;

namespace Palisade.Crypto.Attacks;

/// <summary>What the most expensive of many tokens cost.</summary>
internal sealed class CostOfReading
{
    private const int Trials = 20;
    private static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(2);

    /// <summary>Most bytes allocated for one token.</summary>
    internal long LargestAllocation { get; private set; }

    /// <summary>The most time that one token takes.</summary>
    internal TimeSpan Slowest { get; private set; }

    internal T Of<T>(Func<T> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (result, took) = Timed(read);
        LargestAllocation = Math.Max(LargestAllocation, GC.GetAllocatedBytesForCurrentThread() - before);

        // What took long may have waited for a core. What is slow by itself is slow every time.
        for (var trial = 0; took > Suspicious && trial < Trials; trial++)
        {
            took = new[] { took, Timed(read).Took }.Min();
        }

        Slowest = new[] { Slowest, took }.Max();
        return result;
    }

    private static (T Result, TimeSpan Took) Timed<T>(Func<T> read)
    {
        var started = Stopwatch.GetTimestamp();
        return (read(), Stopwatch.GetElapsedTime(started));
    }
}
