using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Palisade.Crypto.Jose.Internal;

/// <summary>One JSON object whose members are strings and whole numbers, read without tolerance.</summary>
/// <remarks>
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

    internal static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out FlatJson? json)
    {
        try
        {
            json = Read(utf8);
            return json is not null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the framework reports a string that is no Unicode.
            json = null;
            return false;
        }
    }

    private static FlatJson? Read(ReadOnlySpan<byte> utf8)
    {
        var json = new FlatJson();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 1 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            object? value = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Number when reader.TryGetInt64(out var number) => number,
                _ => null,
            };
            if (value is null || !json.members.TryAdd(name, value))
            {
                return null;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? json : null;
    }
}
