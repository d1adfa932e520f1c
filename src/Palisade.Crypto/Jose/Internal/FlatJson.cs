using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Palisade.Crypto.Jose.Internal;

/// <summary>One JSON object whose members are strings and whole numbers, read without tolerance.</summary>
/// <remarks>
/// One member, named by the reader, may be such an object itself; there it ends.
/// Refused: a member twice (RFC 7515 section 4, RFC 7519 section 4), also when one spelling hides behind an escape;
/// nested values, true, false, null, fractions and exponents; comments, trailing commas, anything after the object;
/// broken UTF-8. No parser behind this one can see another object.
/// </remarks>
internal sealed class FlatJson
{
    private readonly Dictionary<string, object> members = new(StringComparer.Ordinal);

    private FlatJson()
    {
    }

    internal IReadOnlyCollection<string> Names => members.Keys;

    internal string? Text(string name) => members.GetValueOrDefault(name) as string;

    internal long? Number(string name) => members.GetValueOrDefault(name) as long?;

    internal FlatJson? Object(string name) => members.GetValueOrDefault(name) as FlatJson;

    /// <param name="utf8">Untrusted bytes.</param>
    /// <param name="json">The object, when this is true.</param>
    /// <param name="nested">The one member that may be an object.</param>
    internal static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out FlatJson? json, string? nested = null)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = nested is null ? 1 : 2 });
            json = reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Read(ref reader, nested) : null;
            json = json is not null && !reader.Read() ? json : null;
            return json is not null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the framework reports a string that is no Unicode.
            json = null;
            return false;
        }
    }

    private static FlatJson? Read(ref Utf8JsonReader reader, string? nested)
    {
        var json = new FlatJson();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            object? value = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Number when reader.TryGetInt64(out var number) => number,
                JsonTokenType.StartObject when name == nested => Read(ref reader, null),
                _ => null,
            };
            if (value is null || !json.members.TryAdd(name, value))
            {
                return null;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject ? json : null;
    }
}
