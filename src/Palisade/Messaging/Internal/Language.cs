using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Palisade.Messaging.Internal;

/// <summary>A template: a subject (mails) and paragraphs, with placeholders such as <c>{link}</c>.</summary>
internal sealed record Template(string? Subject, IReadOnlyList<string> Text, string? Action);

/// <summary>One language: its templates, and the words that fill them. Compiled into the assembly, read-only.</summary>
/// <remarks>Files <c>Data/LOCALE.json</c>. A new one is a new language; a test compares it with the others.</remarks>
internal sealed partial class Language
{
    private const string Prefix = "Palisade.Messaging.Data.";

    public required string Locale { get; init; }

    public required CultureInfo Culture { get; init; }

    public required IReadOnlyDictionary<string, string> Words { get; init; }

    public required IReadOnlyDictionary<string, Template> Templates { get; init; }

    /// <summary>Every language there is a file for, by locale.</summary>
    public static IReadOnlyDictionary<string, Language> All { get; } = typeof(Language).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(Read)
        .ToFrozenDictionary(language => language.Locale, StringComparer.OrdinalIgnoreCase);

    /// <summary>The names in braces, in the order they stand in.</summary>
    public static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>Puts values where their names stand. What a value contains is never looked at again.</summary>
    public static string Fill(string text, Func<string, string> value) => Placeholder().Replace(text, match => value(match.Groups[1].Value));

    private static Language Read(string resource)
    {
        using var stream = typeof(Language).Assembly.GetManifestResourceStream(resource)!;
        var file = JsonSerializer.Deserialize<LanguageFile>(stream, JsonSerializerOptions.Web)!;
        var locale = resource[Prefix.Length..^".json".Length];
        return new Language { Locale = locale, Culture = CultureInfo.GetCultureInfo(locale), Words = file.Words.ToFrozenDictionary(), Templates = file.Templates.ToFrozenDictionary() };
    }

    [GeneratedRegex(@"\{([a-z_.]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();

    private sealed record LanguageFile(Dictionary<string, string> Words, Dictionary<string, Template> Templates);
}
