using System.Globalization;

namespace Palisade.Configuration.Internal;

/// <summary><c>500ms</c>, <c>900s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>: a whole number and one unit.</summary>
internal static class DurationText
{
    internal static bool TryParse(string text, bool bareMilliseconds, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var number = digits < 0 ? text : text[..digits];
        TimeSpan? unit = (digits < 0 ? "" : text[digits..]) switch
        {
            "" when bareMilliseconds => TimeSpan.FromMilliseconds(1),
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is null || number.Length is 0 or > 9)
        {
            return false;
        }

        var count = long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture);
        if (count > TimeSpan.MaxValue.Ticks / unit.Value.Ticks)
        {
            return false;
        }

        duration = TimeSpan.FromTicks(count * unit.Value.Ticks);
        return true;
    }

    internal static TimeSpan Parse(string text, bool bareMilliseconds) =>
        TryParse(text, bareMilliseconds, out var duration) ? duration : throw new FormatException("Not a checked duration.");
}
