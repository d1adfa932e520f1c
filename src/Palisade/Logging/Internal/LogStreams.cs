using Palisade.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Palisade.Logging.Internal;

/// <summary>Which line goes where, how large a file grows and how long it is kept.</summary>
internal static class LogStreams
{
    private const long MegaByte = 1024 * 1024;
    private const int QueuedLines = 10_000;

    internal static Logger Create(
        PalisadeSettings settings, TimeProvider clock, LogCounters counters, TextWriter console, bool consoleIsTerminal, TimeSpan patience)
    {
        var json = new JsonLineFormatter(settings.Environment == DeploymentEnvironment.Production ? "production" : "development");
        ITextFormatter onConsole = consoleIsTerminal && settings.Environment == DeploymentEnvironment.Development
            ? new TerminalFormatter()
            : json;

        RollingFile Keep(string stem, int days, int megaBytes) =>
            new(settings.LogFolder, stem, megaBytes * MegaByte, days, json, clock, counters);

        return new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Sink(new QueuedSink(QueuedLines, patience, counters, new WriterSink(console, onConsole, counters)))
            .WriteTo.Conditional(line => !IsSecurity(line) && !IsAudit(line),
                to => to.Sink(new QueuedSink(QueuedLines, patience, counters, Keep("app", days: 90, megaBytes: 100))))
            .WriteTo.Conditional(IsSecurity, to => to.Sink(Keep("security", days: 90, megaBytes: 100)))
            .WriteTo.Conditional(line => IsSecurity(line) && line.Level >= LogEventLevel.Error,
                to => to.Sink(Keep("security-critical", days: 365, megaBytes: 100)))
            .WriteTo.Conditional(IsAudit, to => to.Sink(Keep("audit", days: 2557, megaBytes: 200)))
            .CreateLogger();
    }

    private static bool IsSecurity(LogEvent line) => LogCategories.IsSecurity(Category(line));

    private static bool IsAudit(LogEvent line) => LogCategories.IsAudit(Category(line));

    private static string Category(LogEvent line) => LineMembers.Text(line, LineMembers.Category) ?? "";
}
