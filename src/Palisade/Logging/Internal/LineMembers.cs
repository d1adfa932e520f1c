using Serilog.Events;

namespace Palisade.Logging.Internal;

/// <summary>The event properties that are members of the line itself rather than of its data.</summary>
/// <remarks>Callers cannot set them: the bridge strips a leading $ from every name it is given.</remarks>
internal static class LineMembers
{
    internal const string Category = "$category";
    internal const string RequestId = "$requestId";
    internal const string Event = "$event";

    internal static bool IsReserved(string name) => name is Category or RequestId or Event;

    internal static string? Text(LogEvent line, string member) =>
        line.Properties.TryGetValue(member, out var value) && value is ScalarValue { Value: string text } ? text : null;
}
