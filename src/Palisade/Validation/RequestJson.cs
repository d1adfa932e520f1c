using System.Text.Json;
using System.Text.Json.Serialization;
using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>How request bodies are read: strictly, and never deeper than any of our requests goes.</summary>
public static class RequestJson
{
    /// <summary>The deepest nesting read; more is refused where the reader meets it, before memory is spent on it.</summary>
    public const int MaximumDepth = 16;

    /// <summary>Sets what every endpoint's JSON has in common.</summary>
    /// <remarks>
    /// camelCase names; enumerations by lower-snake-case name, never by number; a number is a JSON number, not a string of digits
    /// (R194); a member given twice, a comment, a trailing comma and a NUL character in a string are refused. A missing or null
    /// member is left to <see cref="RequestRules"/>, which names it together with all other errors. Unknown members are ignored,
    /// unless the request's type says <c>[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]</c>, as those of
    /// security endpoints do (R188).
    /// </remarks>
    public static void Harden(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.MaxDepth = MaximumDepth;
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.ReadCommentHandling = JsonCommentHandling.Disallow;
        options.AllowTrailingCommas = false;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new StorableStringConverter());
    }
}
