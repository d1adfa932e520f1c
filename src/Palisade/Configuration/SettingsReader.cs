using Palisade.Configuration.Internal;

namespace Palisade.Configuration;

/// <summary>Turns variables into <see cref="PalisadeSettings"/>. Pure: what it reads is handed to it.</summary>
/// <remarks>
/// Precedence, highest first: <c>NAME</c> or <c>NAME_FILE</c> in the environment, the same in the <c>.env</c> text, the generated
/// secrets (Development only), the default. An empty value counts as not set.
/// </remarks>
public static class SettingsReader
{
    /// <summary>Reads and checks every setting, and reports all mistakes at once.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="dotEnvText">The text of the <c>.env</c> file, or <see langword="null"/> if there is none.</param>
    /// <param name="readFile">Returns the text of a file named by a <c>NAME_FILE</c> variable.</param>
    /// <param name="generatedSecretsText">The text of a <see cref="SecretFile"/>: fills in secrets that are set nowhere
    /// else.</param>
    public static SettingsResult Read(
        IReadOnlyDictionary<string, string> environment,
        string? dotEnvText,
        Func<string, string> readFile,
        string? generatedSecretsText = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(readFile);

        var findings = new Findings();
        var sources = new SettingSources(environment, DotEnvText.Parse(".env", dotEnvText, findings), readFile, findings);
        var values = new SettingValues(sources, DotEnvText.Parse(SecretFile.FileName, generatedSecretsText, findings), findings);
        RefusedSettings.Report(sources, values.Environment, findings);
        UnknownSettings.Report(sources, findings);
        var settings = SettingsBinding.Bind(values, findings);
        return new SettingsResult(findings.Mistakes.Count == 0 ? settings : null, findings.Mistakes, findings.Warnings);
    }

    /// <summary>Which rules apply and where the data is, before anything else is known. Reports nothing: <see cref="Read"/>
    /// will.</summary>
    internal static (DeploymentEnvironment Environment, string DataFolder) Where(
        IReadOnlyDictionary<string, string> environment, string? dotEnvText, Func<string, string> readFile)
    {
        var findings = new Findings();
        var sources = new SettingSources(environment, DotEnvText.Parse(".env", dotEnvText, findings), readFile, findings);
        var values = new SettingValues(sources, new Dictionary<string, string>(), findings);
        return (values.Environment, values.Text(SettingCatalogue.Data)!);
    }
}
