using Palisade.Logging.Internal;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Palisade.Tests.Logging.Internal;

public sealed class QueuedSinkTests : IDisposable
{
    private static readonly LogEvent Line =
        new(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, new MessageTemplateParser().Parse("x"), []);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly LogCounters counters = new();

    public void Dispose() => counters.Dispose();

    [Fact]
    public void A_stopped_reader_costs_counted_lines_and_no_time()
    {
        using var stopped = new StoppableSink();
        var queue = new QueuedSink(4, Patience, counters, stopped);
        for (var i = 0; i < 100; i++)
        {
            queue.Emit(Line);
        }

        Assert.InRange(counters.DroppedLines, 95, 96);

        stopped.Release();
        queue.Dispose();
        Assert.Equal(100, stopped.Written + counters.DroppedLines);
    }

    [Fact]
    public void A_sink_that_throws_does_not_end_the_queue()
    {
        var throwing = new ThrowingSink();
        using (var queue = new QueuedSink(10, Patience, counters, throwing))
        {
            queue.Emit(Line);
            queue.Emit(Line);
        }

        Assert.Equal(2, throwing.Asked);
        Assert.Equal(2, counters.FailedLines);
    }

    private sealed class StoppableSink : ILogEventSink, IDisposable
    {
        private readonly ManualResetEventSlim open = new();

        internal int Written { get; private set; }

        internal void Release() => open.Set();

        public void Emit(LogEvent logEvent)
        {
            open.Wait();
            Written++;
        }

        public void Dispose() => open.Dispose();
    }

    private sealed class ThrowingSink : ILogEventSink
    {
        internal int Asked { get; private set; }

        public void Emit(LogEvent logEvent)
        {
            Asked++;
            throw new InvalidOperationException("broken");
        }
    }
}
