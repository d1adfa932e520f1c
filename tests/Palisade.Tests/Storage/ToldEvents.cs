using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Palisade.Tests.Storage;

/// <summary>What was logged, as text.</summary>
internal sealed class ToldEvents : ILoggerFactory, ILogger
{
    internal ConcurrentQueue<string> Lines { get; } = [];

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
    }
}
