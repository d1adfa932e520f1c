using System.Runtime.Versioning;
using Palisade.Configuration;
using Palisade.Configuration.Internal;

namespace Palisade.Tests.Configuration;

[SupportedOSPlatform("linux")]
public sealed class SecretFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-secrets-");

    private string Path => System.IO.Path.Combine(folder.FullName, SecretFile.FileName);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact, Requirement("R386")]
    public void The_file_holds_five_secrets_of_the_right_sizes_and_is_private()
    {
        Assert.True(SecretFile.CreateIfMissing(Path));

        var values = Parse();
        Assert.Equal(5, values.Count);
        Assert.All(
            ["JWT_SECRET", "JWT_REFRESH_SECRET", "SESSION_SECRET"], name =>
                Assert.Equal(48, Convert.FromBase64String(values[name]).Length));
        Assert.Equal(32, Convert.FromHexString(values["ENCRYPTION_KEY"]).Length);
        Assert.Equal(64, Convert.FromHexString(values["SIGNING_KEY"]).Length);
        Assert.True(SecretFile.IsPrivate(Path));
        Assert.Equal(SecretFile.OwnerOnly, File.GetUnixFileMode(Path));
    }

    [Fact, Requirement("R386")]
    public void An_existing_file_is_never_overwritten()
    {
        File.WriteAllText(Path, "precious");

        Assert.Throws<IOException>(() => SecretFile.Create(Path));
        Assert.False(SecretFile.CreateIfMissing(Path));
        Assert.Equal("precious", File.ReadAllText(Path));
    }

    [Fact, Requirement("R386")]
    public async Task Of_parallel_starts_exactly_one_creates_the_file_and_all_read_it_whole()
    {
        for (var round = 0; round < 25; round++)
        {
            await StartTogetherAsync();
            File.Delete(Path);
        }
    }

    private async Task StartTogetherAsync()
    {
        using var together = new Barrier(8);
        var started = await Task.WhenAll(Enumerable.Range(0, together.ParticipantCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                var created = SecretFile.CreateIfMissing(Path);
                return (Created: created, Text: File.ReadAllText(Path));
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(1, started.Count(one => one.Created));
        Assert.Single(started.Select(one => one.Text).Distinct());
        Assert.Equal(5, Parse().Count);
        Assert.Single(folder.GetFiles());
    }

    [Fact, Requirement("R386", "R374")]
    public void What_is_generated_passes_the_checks_of_production()
    {
        for (var i = 0; i < 50; i++)
        {
            File.Delete(Path);
            SecretFile.Create(Path);
            var environment = ConfigurationOf.Production([.. Parse().Select(pair => (pair.Key, (string?)pair.Value))]);
            Assert.Empty(ConfigurationOf.Read(environment).Mistakes);
        }
    }

    private IReadOnlyDictionary<string, string> Parse()
    {
        var findings = new Findings();
        var values = DotEnvText.Parse("secrets.env", File.ReadAllText(Path), findings);
        Assert.Empty(findings.Mistakes);
        return values;
    }
}
