using Microsoft.Extensions.Logging;
using Palisade.Configuration;
using Serilog.Core;

namespace Palisade.Logging.Internal;

/// <summary>The bridge from the framework's logging to <see cref="LogStreams"/>.</summary>
internal sealed class PalisadeLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    // A terminal that was stopped with Ctrl-S must not keep the process from ending.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly LogCounters counters = new();
    private readonly TimeProvider clock;
    private readonly LogLevel least;
    private readonly Logger streams;
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    internal PalisadeLoggerProvider(PalisadeSettings settings, TimeProvider clock, TextWriter console, bool consoleIsTerminal, TimeSpan? patience = null)
    {
        this.clock = clock;
        least = LogLevels.Parse(settings.LogLevel);
        streams = LogStreams.Create(settings, clock, counters, console, consoleIsTerminal, patience ?? Patience);
    }

    internal LogCounters Counters => counters;

    public ILogger CreateLogger(string categoryName) =>
        new PalisadeLogger(categoryName, LeastOf(categoryName), streams, clock, () => scopes);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
        streams.Dispose();
        counters.Dispose();
    }

    private LogLevel LeastOf(string category)
    {
        if (LogCategories.IsSecurity(category) || LogCategories.IsAudit(category))
        {
            return LogLevel.Information;
        }

        // At "info" the framework writes several lines per request of its own; they are for "debug".
        var isFramework = category.StartsWith("Microsoft.", StringComparison.Ordinal)
            || category.StartsWith("System.", StringComparison.Ordinal);
        return isFramework && least == LogLevel.Information
            && !category.StartsWith("Microsoft.Hosting.", StringComparison.Ordinal)
            ? LogLevel.Warning
            : least;
    }
}
