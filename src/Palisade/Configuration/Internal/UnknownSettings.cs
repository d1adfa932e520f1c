namespace Palisade.Configuration.Internal;

/// <summary>A setting that nobody reads is a wish that was not heard: ours are mistakes, a stranger's line in our file is a
/// warning.</summary>
internal static class UnknownSettings
{
    private const string Prefix = "PALISADE_";

    private static readonly HashSet<string> Known = new(
        SettingCatalogue.All.SelectMany(setting => setting.Names).Concat(RefusedSettings.Names)
            .SelectMany(name => new[] { name, $"{name}_FILE" }),
        StringComparer.Ordinal);

    internal static void Report(SettingSources sources, Findings findings)
    {
        var unknown = sources.NamesInEnvironment.Where(IsOurs)
            .Concat(sources.NamesInDotEnv)
            .Where(name => !Known.Contains(name))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        foreach (var name in unknown)
        {
            if (IsOurs(name))
            {
                findings.Mistake(name, "no such setting; correct the name or remove it.");
            }
            else
            {
                findings.Warning(name, "stands in .env and has no effect.");
            }
        }
    }

    private static bool IsOurs(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
