using System.Runtime.InteropServices;

namespace Palisade.Tests;

/// <summary>What the calling thread itself has computed, whatever else the machine does meanwhile. Not across an <c>await</c>.</summary>
internal sealed partial class CpuWatch
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID, clock_gettime(2)

    private readonly long start = Now();

    private CpuWatch()
    {
    }

    /// <summary>Starts to count.</summary>
    internal static CpuWatch StartNew() => new();

    internal long ElapsedMilliseconds => (Now() - start) / 1_000_000;

    private static long Now() => GetTime(ThreadCpuTime, out var time) == 0
        ? time.Seconds * 1_000_000_000 + time.Nanoseconds
        : throw new PlatformNotSupportedException("This system does not say what a thread has computed.");

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
