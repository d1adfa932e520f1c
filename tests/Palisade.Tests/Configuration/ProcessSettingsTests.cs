using System.Runtime.Versioning;
using Palisade.Configuration;

namespace Palisade.Tests.Configuration;

[SupportedOSPlatform("linux")]
public sealed class ProcessSettingsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-settings-");

    private string Secrets => Path.Combine(folder.FullName, "data", SecretFile.FileName);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact, Requirement("R386")]
    public void The_first_development_start_generates_secrets_and_the_second_keeps_them()
    {
        var first = Load(createSecrets: true, ("PALISADE_ENVIRONMENT", "Development"));
        var second = Load(createSecrets: true, ("PALISADE_ENVIRONMENT", "Development"));

        Assert.Empty(first.Mistakes);
        Assert.Equal(first.Settings!.Secrets.SigningKey.Reveal(), second.Settings!.Secrets.SigningKey.Reveal());
        Assert.True(SecretFile.IsPrivate(Secrets));
        Assert.Equal(
            UnixFileMode.None,
            File.GetUnixFileMode(Path.GetDirectoryName(Secrets)!) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead));
    }

    [Fact]
    public void An_inspection_writes_nothing()
    {
        Assert.NotNull(Load(createSecrets: false, ("NODE_ENV", "development")).Settings);
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Fact]
    public void Production_neither_creates_nor_reads_generated_secrets()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Secrets)!);
        SecretFile.Create(Secrets);

        Assert.Contains(
            Load(createSecrets: true).Mistakes, line => line.StartsWith("JWT_SECRET: is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Generated_secrets_that_others_can_read_are_refused()
    {
        Load(createSecrets: true, ("PALISADE_ENVIRONMENT", "Development"));
        File.SetUnixFileMode(Secrets, SecretFile.OwnerOnly | UnixFileMode.GroupRead);

        Assert.Contains("chmod 600", Assert.Single(Load(createSecrets: true, ("PALISADE_ENVIRONMENT", "Development")).Mistakes));
    }

    [Fact]
    public void A_dot_env_file_in_the_working_folder_is_read()
    {
        File.WriteAllText(
            Path.Combine(folder.FullName, ".env"), "PALISADE_ENVIRONMENT=Development\nPORT=9443\nPALISADE_DATA=data\n");

        Assert.Equal(9443, Load(createSecrets: true).Settings!.Port);
        Assert.True(File.Exists(Secrets));
    }

    private SettingsResult Load(bool createSecrets, params (string Name, string Value)[] environment) =>
        ProcessSettings.Load(folder.FullName, environment.ToDictionary(pair => pair.Name, pair => pair.Value), createSecrets);
}
