using System.Diagnostics.Metrics;

namespace Palisade.Logging.Internal;

/// <summary>Lines that reached no file or console. Anything but zero means that the log has holes.</summary>
internal sealed class LogCounters : IDisposable
{
    internal const string MeterName = "Palisade.Logging";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> dropped;
    private readonly Counter<long> failed;
    private long droppedLines;
    private long failedLines;

    internal LogCounters()
    {
        dropped = meter.CreateCounter<long>(
            "palisade_log_lines_dropped", description: "Lines dropped because the queue was full.");
        failed = meter.CreateCounter<long>("palisade_log_write_failures", description: "Lines that could not be written.");
    }

    internal long DroppedLines => Interlocked.Read(ref droppedLines);

    internal long FailedLines => Interlocked.Read(ref failedLines);

    internal void Dropped()
    {
        Interlocked.Increment(ref droppedLines);
        dropped.Add(1);
    }

    internal void Failed(string file)
    {
        Interlocked.Increment(ref failedLines);
        failed.Add(1, new KeyValuePair<string, object?>("file", file));
    }

    public void Dispose() => meter.Dispose();
}
