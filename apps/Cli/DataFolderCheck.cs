using Palisade.Configuration;

namespace Palisade.Cli;

/// <summary>Whether others can list the data folder or read the secrets in it.</summary>
internal static class DataFolderCheck
{
    private const UnixFileMode OthersMayListOrWrite =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Where the data would be, when the settings as a whole could not be read.</summary>
    internal static string Configured()
    {
        var setting = SettingCatalogue.All.Single(setting => setting.Name == "PALISADE_DATA");
        return Environment.GetEnvironmentVariable(setting.Name) is { Length: > 0 } folder ? folder : setting.Default!;
    }

    internal static IEnumerable<Finding> Run(string folder)
    {
        if (!Directory.Exists(folder))
        {
            yield return new Finding("data", Outcome.Ok, $"{folder} will be created at the first start.");
            yield break;
        }

        if (OperatingSystem.IsWindows())
        {
            yield return new Finding("data", Outcome.Warning, $"{folder}: permissions are not checked on this system.");
            yield break;
        }

        yield return (File.GetUnixFileMode(folder) & OthersMayListOrWrite) == UnixFileMode.None
            ? new Finding("data", Outcome.Ok, $"{folder} is closed to others.")
            : new Finding("data", Outcome.Failed, $"{folder} can be listed or written by others; run chmod 700 on it.");

        var secrets = Path.Combine(folder, SecretFile.FileName);
        if (File.Exists(secrets))
        {
            yield return SecretFile.IsPrivate(secrets)
                ? new Finding("secrets", Outcome.Ok, $"{secrets} is private.")
                : new Finding(
                    "secrets", Outcome.Failed, $"{secrets} can be read by others; run chmod 600 on it and replace its secrets.");
        }
    }
}
