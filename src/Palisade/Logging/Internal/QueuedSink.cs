using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;

namespace Palisade.Logging.Internal;

/// <summary>Writes behind the caller's back, so that a slow disk or a stopped terminal slows no request.</summary>
/// <remarks>
/// The queue is bounded: what does not fit is dropped and counted. Only for lines whose loss hurts nobody; security and audit
/// lines are written before the call returns. Disposing writes what is queued, for as long as the patience lasts.
/// </remarks>
internal sealed class QueuedSink : ILogEventSink, IDisposable
{
    private readonly Channel<LogEvent> queue;
    private readonly ILogEventSink[] inner;
    private readonly LogCounters counters;
    private readonly TimeSpan patience;
    private readonly Task writing;

    internal QueuedSink(int capacity, TimeSpan patience, LogCounters counters, params ILogEventSink[] inner)
    {
        this.patience = patience;
        this.inner = inner;
        this.counters = counters;
        queue = Channel.CreateBounded<LogEvent>(new BoundedChannelOptions(capacity) { SingleReader = true });
        writing = Task.Run(WriteAsync);
    }

    public void Emit(LogEvent logEvent)
    {
        if (!queue.Writer.TryWrite(logEvent))
        {
            counters.Dropped();
        }
    }

    public void Dispose()
    {
        queue.Writer.TryComplete();
        writing.Wait(patience);
        foreach (var sink in inner.OfType<IDisposable>())
        {
            sink.Dispose();
        }
    }

    private async Task WriteAsync()
    {
        await foreach (var line in queue.Reader.ReadAllAsync())
        {
            foreach (var sink in inner)
            {
                try
                {
                    sink.Emit(line);
                }
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    // A line that cannot be formatted, say because its exception throws from Message, must not end the loop.
                    counters.Failed("queue");
                }
            }
        }
    }
}
