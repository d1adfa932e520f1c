namespace Palisade.Configuration;

/// <summary>What reading the configuration led to: settings, or the whole list of what is wrong.</summary>
/// <param name="Settings">The settings, or <see langword="null"/> when there is at least one mistake.</param>
/// <param name="Mistakes">What stops the start, one line each: the variable's name, then what to do. Never a value.</param>
/// <param name="Warnings">What was read but has no effect, in the same form.</param>
public sealed record SettingsResult(PalisadeSettings? Settings, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings)
{
    /// <summary>Writes one line per warning and mistake, or that the configuration is valid.</summary>
    /// <returns>Whether the process may start. If not, it MUST exit with status 1.</returns>
    public bool WriteTo(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (var warning in Warnings)
        {
            output.WriteLine($"warning: {warning}");
        }

        foreach (var mistake in Mistakes)
        {
            output.WriteLine($"error: {mistake}");
        }

        if (Settings is null)
        {
            return false;
        }

        output.WriteLine($"Configuration is valid ({Settings.Environment}).");
        return true;
    }

    // The compiler's version would print the lists' types and the settings; this one says which of the two it is.
    /// <inheritdoc />
    public override string ToString() => Settings is null ? $"{Mistakes.Count} mistakes" : "valid";
}
