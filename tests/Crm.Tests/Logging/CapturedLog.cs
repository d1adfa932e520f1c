using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Palisade.Crm.Tests.Logging;

/// <summary>A line as it was given to the log, with the id of its request.</summary>
public sealed record CapturedLine(string Category, LogLevel Level, string Message, string? RequestId, Exception? Exception, IReadOnlyDictionary<string, object?> Members);

/// <summary>Keeps every line of an instance in memory.</summary>
public sealed class CapturedLog : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    /// <summary>What was logged, in no promised order.</summary>
    public ConcurrentQueue<CapturedLine> Lines { get; } = new();

    /// <summary>Makes the instance that is being built log here, from <paramref name="least"/> on.</summary>
    public void Listen(WebApplicationBuilder builder, LogLevel least)
    {
        // The framework's own lines are as the product has them at "info": warnings only.
        builder.Logging.SetMinimumLevel(least).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        builder.Services.AddSingleton<ILoggerProvider>(this);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scoped = new Dictionary<string, object?>();
            log.scopes.ForEachScope((scope, into) => Collect(scope, into), scoped);
            var members = new Dictionary<string, object?>();
            Collect(state, members);
            log.Lines.Enqueue(new CapturedLine(category, logLevel, formatter(state, exception), scoped.GetValueOrDefault("RequestId") as string, exception, members));
        }

        private static void Collect(object? state, Dictionary<string, object?> into)
        {
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                into[name] = value;
            }
        }
    }
}
