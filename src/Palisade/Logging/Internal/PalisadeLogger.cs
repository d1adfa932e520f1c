using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace Palisade.Logging.Internal;

internal sealed class PalisadeLogger(
    string category, LogLevel least, Serilog.ILogger streams, TimeProvider clock, Func<IExternalScopeProvider> scopes) : ILogger
{
    private const string Template = "{OriginalFormat}";
    private const string ScopeRequestId = "RequestId";

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => scopes().Push(state);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var members = new Dictionary<string, LogEventPropertyValue>(StringComparer.Ordinal);
        scopes().ForEachScope((scope, into) => Collect(scope as IEnumerable<KeyValuePair<string, object?>>, into), members);
        var requestId = RequestId(members);

        // The formatter is asked only when there is no template: what it returns has the raw values in it.
        var template = Collect(state as IEnumerable<KeyValuePair<string, object?>>, members)
            ?? Literal(formatter(state, exception));
        members[LineMembers.Category] = new ScalarValue(category);
        Set(members, LineMembers.RequestId, requestId);
        Set(members, LineMembers.Event, eventId.Name);
        streams.Write(new LogEvent(clock.GetUtcNow(), LogLevels.ToSerilog(logLevel), exception, Templates.Parse(template),
            members.Select(member => new LogEventProperty(member.Key, member.Value))));
    }

    /// <summary>Masks the pairs and adds them, the later over the earlier; returns the template among them.</summary>
    private static string? Collect(
        IEnumerable<KeyValuePair<string, object?>>? pairs, Dictionary<string, LogEventPropertyValue> into)
    {
        string? template = null;
        foreach (var (key, value) in pairs ?? [])
        {
            if (key == Template)
            {
                template = value as string;
            }
            else if (key.Length > 0)
            {
                var name = key.TrimStart('@', '$');
                into[name.Length == 0 ? key : name] = LogValues.Of(name, value, open: key[0] == '@');
            }
        }

        return template;
    }

    private static string? RequestId(Dictionary<string, LogEventPropertyValue> members) =>
        members.Remove(ScopeRequestId, out var value) && value is ScalarValue { Value: string id }
            ? id
            : Activity.Current?.TraceId.ToString();

    private static void Set(Dictionary<string, LogEventPropertyValue> members, string name, string? value)
    {
        if (value is not null)
        {
            members[name] = new ScalarValue(value);
        }
    }

    private static string Literal(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
