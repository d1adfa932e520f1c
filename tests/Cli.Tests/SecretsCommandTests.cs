using System.Text.RegularExpressions;

namespace Palisade.Cli.Tests;

public sealed partial class SecretsCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-secrets-");

    private string Secrets => Path.Combine(folder.FullName, "secrets.env");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    [Requirement("R386")]
    public async Task Five_secrets_of_the_right_sizes_go_to_a_private_file_and_nowhere_else()
    {
        var ran = await Ran.Async(folder.FullName, ["secrets", "generate"]);
        Assert.Equal(0, ran.Exit);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Secrets));

        var values = Values();
        Assert.Equal(["ENCRYPTION_KEY", "JWT_REFRESH_SECRET", "JWT_SECRET", "SESSION_SECRET", "SIGNING_KEY"], values.Keys.Order());
        Assert.All(["JWT_SECRET", "JWT_REFRESH_SECRET", "SESSION_SECRET"], name => Assert.Equal(48, Convert.FromBase64String(values[name]).Length));
        Assert.Equal(32, Convert.FromHexString(values["ENCRYPTION_KEY"]).Length);
        Assert.Equal(64, Convert.FromHexString(values["SIGNING_KEY"]).Length);
        Assert.Equal(5, values.Values.Distinct().Count());
        Assert.All(values.Values, value => Assert.DoesNotContain(value[..16], ran.All, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("R386")]
    public async Task A_file_that_exists_is_left_as_it_is()
    {
        await File.WriteAllTextAsync(Secrets, "mine", TestContext.Current.CancellationToken);
        var ran = await Ran.Async(folder.FullName, ["secrets", "generate"]);
        Assert.Equal(1, ran.Exit);
        Assert.Contains("was left as it is", ran.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Secrets, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_file_may_have_another_name_and_a_folder_that_is_missing_is_a_failure_in_a_sentence()
    {
        Assert.Equal(0, (await Ran.Async(folder.FullName, ["secrets", "generate", "--out", "other.env"])).Exit);
        Assert.True(File.Exists(Path.Combine(folder.FullName, "other.env")));
        var refused = await Ran.Async(folder.FullName, ["secrets", "generate", "--out", "missing/other.env"]);
        Assert.Equal(1, refused.Exit);
        Assert.Contains("cannot be created", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Values() =>
        Assignment().Matches(File.ReadAllText(Secrets)).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    [GeneratedRegex("^([A-Z_]+)=(.+)$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Assignment();
}
