using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using Serilog.Events;

namespace Palisade.Logging.Internal;

// From what a caller logs to what may be written. A value is decided in this order:
//
//   its name is a secret's              -> ***
//   its type is secret                  -> ***
//   text                                -> scrubbed text
//   numbers, dates, ids, enums          -> as they are
//   dictionaries and sequences          -> each entry, by the same rules
//   records, anonymous types, {@value}  -> each public property, by the same rules
//   a type with a text of its own       -> that text, scrubbed
//   anything else                       -> the name of its type
//
// Records are opened although nobody asked, because the text the compiler gives them contains every property.
internal static class LogValues
{
    private const int MostDepth = 6;
    private const int MostEntries = 64;

    private static readonly ScalarValue Hidden = new(SecretText.Hidden);
    private static readonly ConcurrentDictionary<Type, Shape> Shapes = new();

    internal static LogEventPropertyValue Of(string name, object? value, bool open = false, int depth = 0)
    {
        if (value is null)
        {
            return new ScalarValue(null);
        }

        return SecretKeys.IsSecret(name) ? Hidden : Named(value, open, depth);
    }

    private static LogEventPropertyValue Named(object value, bool open, int depth)
    {
        if (Scalar(value) is { } scalar)
        {
            return scalar;
        }

        var shape = Shapes.GetOrAdd(value.GetType(), Shape.Of);
        if (shape.IsSecret || (shape.HasOwnText && Text(value) == value.GetType().Name))
        {
            return Hidden;
        }

        if (depth == MostDepth)
        {
            return new ScalarValue("…");
        }

        return value switch
        {
            IDictionary dictionary => Entries(Pairs(dictionary), open, depth),
            _ when shape.IsPair =>
                Entries([(Text(Get(shape.Properties[0], value) ?? ""), Get(shape.Properties[1], value))], open, depth),
            IEnumerable sequence when !shape.HasOwnText || open => Sequence(sequence, open, depth),
            _ when open || shape.IsOpen => Properties(value, shape, depth),
            _ => new ScalarValue(shape.HasOwnText ? SecretText.Scrub(Text(value)) : shape.Name),
        };
    }

    private static ScalarValue? Scalar(object value) => value switch
    {
        string text => new ScalarValue(SecretText.Scrub(text)),
        bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            new ScalarValue(value),
        DateTimeOffset or DateTime or DateOnly or TimeOnly or TimeSpan or Guid or char => new ScalarValue(value),
        Enum or IPAddress or IPNetwork or Version => new ScalarValue(value.ToString()),
        Uri url => new ScalarValue(SecretText.Scrub(url.OriginalString)),
        Type type => new ScalarValue(type.FullName),
        Exception exception => new ScalarValue(SecretText.Scrub(exception.Message)),
        // Bytes are key material as often as not, and unreadable otherwise.
        byte[] or Memory<byte> or ReadOnlyMemory<byte> => Hidden,
        _ => null,
    };

    private static DictionaryValue Entries(IEnumerable<(string Key, object? Value)> pairs, bool open, int depth)
    {
        var entries = new Dictionary<ScalarValue, LogEventPropertyValue>();
        foreach (var (key, value) in pairs.Take(MostEntries))
        {
            entries[new ScalarValue(SecretText.Scrub(key))] = Of(key, value, open, depth + 1);
        }

        return new DictionaryValue(entries);
    }

    private static IEnumerable<(string Key, object? Value)> Pairs(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            yield return (Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "", entry.Value);
        }
    }

    private static SequenceValue Sequence(IEnumerable sequence, bool open, int depth) =>
        new(sequence.Cast<object?>().Take(MostEntries).Select(item => Of("", item, open, depth + 1)));

    private static StructureValue Properties(object value, Shape shape, int depth)
    {
        var properties = new List<LogEventProperty>();
        foreach (var property in shape.Properties.Take(MostEntries))
        {
            var masked = shape.SecretProperties.Contains(property.Name)
                ? Hidden
                : Of(property.Name, Get(property, value), open: true, depth + 1);
            properties.Add(new LogEventProperty(property.Name, masked));
        }

        return new StructureValue(properties);
    }

    private static object? Get(PropertyInfo property, object value)
    {
        try
        {
            return property.GetValue(value);
        }
        catch (TargetInvocationException)
        {
            return "(unreadable)";
        }
    }

    private static string Text(object value)
    {
        try
        {
            var text = value is IFormattable formattable
                ? formattable.ToString(null, CultureInfo.InvariantCulture)
                : value.ToString();
            return text ?? "";
        }
        catch (Exception) when (value is not null)
        {
            return "(unreadable)";
        }
    }

    private sealed record Shape(
        string Name,
        bool IsSecret,
        bool HasOwnText,
        bool IsOpen,
        bool IsPair,
        PropertyInfo[] Properties,
        HashSet<string> SecretProperties)
    {
        internal static Shape Of(Type type)
        {
            var toString = type.GetMethod(nameof(ToString), Type.EmptyTypes)!;
            var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(IsReadable)
                .ToArray();
            var secret = properties.Where(property => property.IsDefined(typeof(NeverLoggedAttribute)));
            return new Shape(
                type.FullName ?? type.Name,
                IsSecret: type.IsDefined(typeof(NeverLoggedAttribute)),
                HasOwnText: toString.DeclaringType != typeof(object) && toString.DeclaringType != typeof(ValueType),
                IsOpen: toString.IsDefined(typeof(CompilerGeneratedAttribute)) || IsAnonymous(type),
                IsPair: type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>),
                properties,
                [.. secret.Select(property => property.Name)]);
        }

        private static bool IsReadable(PropertyInfo property) =>
            property.CanRead && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike;

        private static bool IsAnonymous(Type type) =>
            type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.Name.Contains("AnonymousType", StringComparison.Ordinal);
    }
}
