using System.Globalization;

namespace Palisade.Configuration.Internal;

/// <summary>What each kind of setting may look like on its own, without knowing the others.</summary>
internal static class SettingSyntax
{
    /// <summary>What is wrong with the text, as the rest of a sentence that begins with the variable's name; or
    /// <see langword="null"/>.</summary>
    internal static string? Problem(Setting setting, string value)
    {
        if (value.AsSpan().IndexOfAnyInRange('\0', '\u001F') >= 0)
        {
            return "contains a control character, perhaps a second line.";
        }

        return setting.Kind switch
        {
            SettingKind.WholeNumber =>
                InRange<long>(setting, value, TryInteger) ? null : $"must be a whole number from {Range(setting)}.",
            SettingKind.Number => InRange<double>(setting, value, TryNumber) ? null : $"must be a number from {Range(setting)}.",
            SettingKind.Duration => InRange<TimeSpan>(setting, value, Duration(setting.BareMilliseconds))
                ? null
                : $"must be a duration with a unit (ms, s, m, h, d) from {Range(setting)}.",
            SettingKind.Choice => Choice(setting, value) is null ? $"must be one of {string.Join(", ", setting.Choices)}." : null,
            SettingKind.Url =>
                Origin.TryParse(value, out _) ? null : "must be an absolute http or https URL without user, path or query.",
            _ => null,
        };
    }

    /// <summary>A form in which two ways of writing the same value are equal.</summary>
    internal static string Canonical(Setting setting, string value) => setting.Kind switch
    {
        SettingKind.Duration when DurationText.TryParse(value, setting.BareMilliseconds, out var duration) => duration.ToString(),
        SettingKind.Choice => Choice(setting, value) ?? value,
        SettingKind.Url when Origin.TryParse(value, out var origin) => origin.AbsoluteUri,
        SettingKind.List => string.Join(',', Items(value)),
        _ => value,
    };

    internal static string? Choice(Setting setting, string value) =>
        setting.Choices.FirstOrDefault(choice => choice.Equals(value, StringComparison.OrdinalIgnoreCase));

    internal static IReadOnlyList<string> Items(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private delegate bool Reader<T>(string text, out T value);

    private static bool TryInteger(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private static Reader<TimeSpan> Duration(bool bareMilliseconds) =>
        (string text, out TimeSpan value) => DurationText.TryParse(text, bareMilliseconds, out value);

    private static bool InRange<T>(Setting setting, string value, Reader<T> read)
        where T : IComparable<T> =>
        read(value, out var number)
        && read(setting.Minimum!, out var least) && number.CompareTo(least) >= 0
        && read(setting.Maximum!, out var most) && number.CompareTo(most) <= 0;

    private static string Range(Setting setting) => $"{setting.Minimum} to {setting.Maximum}";
}
