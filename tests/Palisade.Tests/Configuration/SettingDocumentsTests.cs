using Palisade.Configuration;

namespace Palisade.Tests.Configuration;

public class SettingDocumentsTests
{
    private static readonly string Root = FindRoot();

    [Fact, Requirement("R378")]
    public void The_example_file_is_written_from_the_catalogue() =>
        Assert.Equal(SettingDocuments.EnvExample(), File.ReadAllText(Path.Combine(Root, ".env.example")));

    [Fact, Requirement("R422")]
    public void The_table_of_settings_is_written_from_the_catalogue()
    {
        var document = File.ReadAllText(Path.Combine(Root, "docs", "operations", "configuration.md"));
        var begin = document.IndexOf("<!-- settings -->\n", StringComparison.Ordinal) + "<!-- settings -->\n".Length;
        var end = document.IndexOf("<!-- /settings -->", StringComparison.Ordinal);

        Assert.Equal(SettingDocuments.Table(), document[begin..end]);
    }

    [Fact, Requirement("R378")]
    public void The_untouched_example_starts_nothing_and_each_placeholder_is_named()
    {
        var result = ConfigurationOf.Read([], SettingDocuments.EnvExample());

        Assert.Null(result.Settings);
        var placeholders = SettingCatalogue.All.Where(setting => setting.Example is not null).ToList();
        Assert.Equal(11, placeholders.Count);
        Assert.Equal(placeholders.Count, result.Mistakes.Count);
        foreach (var setting in placeholders)
        {
            Assert.Contains(result.Mistakes, line => line.StartsWith($"{setting.Name}: still holds", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_setting_is_described_and_no_name_means_two_things()
    {
        Assert.All(SettingCatalogue.All, setting => Assert.EndsWith(".", setting.Description));
        var names = SettingCatalogue.All.SelectMany(setting => setting.Names).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void Every_default_satisfies_its_own_rule()
    {
        var given = SettingCatalogue.All.Where(
            setting => setting.Default is not null && setting.Section is not ("PostgreSQL" or "Redis" or "General"))
            .Select(setting => (setting.Name, setting.Default)).ToArray();

        Assert.NotEmpty(given);
        Assert.Empty(ConfigurationOf.Read(ConfigurationOf.Production(given)).Mistakes);
    }

    [Fact, Requirement("R385")]
    public void Only_the_example_of_the_environment_files_is_kept_in_git()
    {
        var ignored = File.ReadAllLines(Path.Combine(Root, ".gitignore"));

        Assert.All([".env", ".env.*", "!.env.example"], line => Assert.Contains(line, ignored));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Palisade.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
