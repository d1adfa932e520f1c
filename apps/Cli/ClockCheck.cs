using System.Globalization;

namespace Palisade.Cli;

/// <summary>Whether the clock can be right at all: not before this program was built.</summary>
/// <remarks>Codes and tokens are refused, or accepted for too long, under a wrong clock. The database's clock is compared where
/// it answers.</remarks>
internal static class ClockCheck
{
    internal static Finding Run(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var built = new DateTimeOffset(File.GetLastWriteTimeUtc(typeof(ClockCheck).Assembly.Location), TimeSpan.Zero);
        var shown = now.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return now >= built
            ? new Finding("clock", Outcome.Ok, $"{shown}")
            : new Finding("clock", Outcome.Failed, $"{shown} is before this program was built; set the clock.");
    }
}
