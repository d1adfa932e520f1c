using System.Collections;
using System.Security;

namespace Palisade.Configuration;

/// <summary>The settings of this process: its environment, the <c>.env</c> file of a folder, and mounted secret files.</summary>
public static class ProcessSettings
{
    /// <summary>Reads the configuration of a host that is starting.</summary>
    /// <remarks>In Development this creates the data folder (mode 0700) and its <see cref="SecretFile"/> when a secret is
    /// missing.</remarks>
    /// <param name="folder">Where <c>.env</c> is looked for and relative paths start: the working directory.</param>
    public static SettingsResult Load(string folder) => Load(folder, FromProcess(), createSecrets: true);

    /// <summary>As <see cref="Load(string)"/>, without writing anything. Only for checks.</summary>
    /// <remarks>Secrets that a first Development start would generate are throw-away values here: nothing may be sealed under
    /// them.</remarks>
    public static SettingsResult Inspect(string folder) => Load(folder, FromProcess(), createSecrets: false);

    internal static SettingsResult Load(string folder, IReadOnlyDictionary<string, string> environment, bool createSecrets)
    {
        var dotEnv = Path.Combine(folder, ".env");
        var dotEnvText = File.Exists(dotEnv) ? File.ReadAllText(dotEnv) : null;
        string ReadFile(string path) => File.ReadAllText(Path.Combine(folder, path));

        var (deployment, data) = SettingsReader.Where(environment, dotEnvText, ReadFile);
        if (deployment is not DeploymentEnvironment.Development)
        {
            return SettingsReader.Read(environment, dotEnvText, ReadFile);
        }

        var secretFile = Path.Combine(folder, data, SecretFile.FileName);
        try
        {
            if (createSecrets)
            {
                CreatePrivateFolder(Path.Combine(folder, data));
                SecretFile.CreateIfMissing(secretFile);
            }

            if (!File.Exists(secretFile))
            {
                return SettingsReader.Read(environment, dotEnvText, ReadFile, SecretFile.NewSecrets());
            }

            return SecretFile.IsPrivate(secretFile)
                ? SettingsReader.Read(environment, dotEnvText, ReadFile, File.ReadAllText(secretFile))
                : Refused(
                    $"{SecretFile.FileName}: others can read it; run chmod 600 on it, and replace its secrets.");
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or SecurityException)
        {
            return Refused(
                $"PALISADE_DATA: {SecretFile.FileName} can be neither read nor created; check the folder's owner and mode.");
        }
    }

    private static SettingsResult Refused(string mistake) => new(null, [mistake], []);

    private static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static Dictionary<string, string> FromProcess() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
