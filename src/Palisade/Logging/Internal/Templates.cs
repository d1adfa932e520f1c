using System.Collections.Concurrent;
using Serilog.Events;
using Serilog.Parsing;

namespace Palisade.Logging.Internal;

/// <summary>Parsed message templates. Those of the program are few and remembered; texts put together at run time are
/// not.</summary>
internal static class Templates
{
    private const int MostRemembered = 1000;
    private const int MostCharacters = 1024;

    private static readonly MessageTemplateParser Parser = new();
    private static readonly ConcurrentDictionary<string, MessageTemplate> Remembered = new(StringComparer.Ordinal);

    internal static MessageTemplate Parse(string template)
    {
        if (Remembered.TryGetValue(template, out var known))
        {
            return known;
        }

        var parsed = Parser.Parse(template);
        if (template.Length <= MostCharacters && Remembered.Count < MostRemembered)
        {
            Remembered.TryAdd(template, parsed);
        }

        return parsed;
    }
}
