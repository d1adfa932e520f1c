using System.Globalization;

namespace Palisade.Configuration.Internal;

/// <summary>Every setting of the catalogue with its aliases settled and its own syntax checked.</summary>
internal sealed class SettingValues
{
    // Refused wherever it stands, so that the untouched example file can start nothing.
    private const string Placeholder = "replace-me";

    private readonly Dictionary<Setting, string> valid = [];
    private readonly HashSet<Setting> given = [];

    internal SettingValues(SettingSources sources, IReadOnlyDictionary<string, string> generatedSecrets, Findings findings)
    {
        foreach (var setting in SettingCatalogue.All)
        {
            var value = Settle(setting, sources, findings);
            if (value is null && setting.Kind == SettingKind.Secret)
            {
                value = generatedSecrets.GetValueOrDefault(setting.Name);
            }

            if (value is null)
            {
                continue;
            }

            given.Add(setting);
            if (value.Contains(Placeholder, StringComparison.OrdinalIgnoreCase))
            {
                findings.Mistake(setting.Name, "still holds the example's placeholder; set a value of your own.");
            }
            else if (SettingSyntax.Problem(setting, value) is { } problem)
            {
                findings.Mistake(setting.Name, problem);
            }
            else
            {
                valid[setting] = value;
            }
        }
    }

    internal DeploymentEnvironment Environment =>
        string.Equals(Text(SettingCatalogue.Environment), "Development", StringComparison.OrdinalIgnoreCase)
            ? DeploymentEnvironment.Development
            : DeploymentEnvironment.Production;

    /// <summary>Something stands under one of the setting's names, right or wrong.</summary>
    internal bool IsGiven(Setting setting) => given.Contains(setting);

    /// <summary>The checked text, else the default, else <see langword="null"/>.</summary>
    internal string? Text(Setting setting) => Given(setting) ?? setting.Default;

    /// <summary>The checked text, or <see langword="null"/> when nothing valid was given.</summary>
    internal string? Given(Setting setting) => valid.GetValueOrDefault(setting);

    internal int Integer(Setting setting) => int.Parse(Text(setting)!, CultureInfo.InvariantCulture);

    internal double Number(Setting setting) => double.Parse(Text(setting)!, CultureInfo.InvariantCulture);

    internal TimeSpan Duration(Setting setting) => DurationText.Parse(Text(setting)!, setting.BareMilliseconds);

    internal IReadOnlyList<string> List(Setting setting) => SettingSyntax.Items(Text(setting) ?? "");

    private static string? Settle(Setting setting, SettingSources sources, Findings findings)
    {
        string? settled = null;
        string? settledName = null;
        foreach (var name in setting.Names)
        {
            var value = sources.Find(name);
            value = setting.Kind is SettingKind.Secret || setting.IsSecret ? value : value?.Trim();
            if (value is null)
            {
                continue;
            }

            if (settled is null)
            {
                (settled, settledName) = (value, name);
            }
            else if (SettingSyntax.Canonical(setting, settled) != SettingSyntax.Canonical(setting, value))
            {
                findings.Mistake(settledName!, $"and {name} are two names of one setting and have different values; keep one.");
            }
        }

        return settled;
    }
}
