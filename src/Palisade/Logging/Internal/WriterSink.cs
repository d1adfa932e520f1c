using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Palisade.Logging.Internal;

/// <summary>Lines on standard output. A reader that went away costs lines, never the process.</summary>
internal sealed class WriterSink(TextWriter output, ITextFormatter formatter, LogCounters counters) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        try
        {
            formatter.Format(logEvent, output);
            output.Flush();
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            counters.Failed("console");
        }
    }
}
