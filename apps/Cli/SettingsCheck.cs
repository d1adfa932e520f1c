using Palisade.Configuration;

namespace Palisade.Cli;

/// <summary>Every mistake and warning of the configuration.</summary>
internal static class SettingsCheck
{
    internal static IEnumerable<Finding> Run(SettingsResult read)
    {
        if (read.Settings is { } settings)
        {
            yield return new Finding("settings", Outcome.Ok, $"Valid for {settings.Environment}.");
        }

        foreach (var mistake in read.Mistakes)
        {
            yield return new Finding("settings", Outcome.Failed, mistake);
        }

        foreach (var warning in read.Warnings)
        {
            yield return new Finding("settings", Outcome.Warning, warning);
        }
    }
}
