using System.Text;

namespace Palisade.Configuration;

/// <summary>The documents that are written from the <see cref="SettingCatalogue"/>: the example file and the table of
/// settings.</summary>
public static class SettingDocuments
{
    /// <summary>The text of <c>.env.example</c>. Its placeholders start nothing: each is refused by name.</summary>
    public static string EnvExample()
    {
        var text = new StringBuilder("""
            # Copy to .env and fill in. Written from the catalogue of settings: palisade settings env-example
            # A line that begins with # is a comment; what is commented out shows the default. Any NAME can be given as NAME_FILE,
            # the path of a mounted file. Generate the secrets with: palisade secrets generate

            """);
        foreach (var section in SettingCatalogue.All.GroupBy(setting => setting.Section))
        {
            text.Append('\n').Append("# ---- ").Append(section.Key).Append(" ----\n");
            foreach (var setting in section)
            {
                text.Append('\n').Append("# ").Append(setting.Description);
                text.Append(setting.Aliases.Count > 0 ? $" Also called {string.Join(", ", setting.Aliases)}.\n" : "\n");
                text.Append(setting.Example is null ? "# " : "");
                text.Append(setting.Name).Append('=').Append(setting.Example ?? setting.Default).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The settings as Markdown tables, one under each section's heading.</summary>
    public static string Table()
    {
        var text = new StringBuilder();
        foreach (var section in SettingCatalogue.All.GroupBy(setting => setting.Section))
        {
            text.Append(text.Length == 0 ? "" : "\n").Append("### ").Append(section.Key)
                .Append("\n\n| name | what | values | default | secret |\n| --- | --- | --- | --- | --- |\n");
            foreach (var setting in section)
            {
                text.Append("| `").Append(setting.Name).Append('`');
                text.Append(setting.Aliases.Count > 0 ? $" (also {Quoted(setting.Aliases)})" : "");
                text.Append(" | ").Append(setting.Description);
                text.Append(" | ").Append(Values(setting));
                text.Append(" | ").Append(Default(setting));
                text.Append(setting.IsSecret ? " | yes |\n" : " | |\n");
            }
        }

        return text.ToString();
    }

    private static string Values(Setting setting) => setting switch
    {
        { Choices.Count: > 0 } => Quoted(setting.Choices),
        { Minimum: not null } => $"`{setting.Minimum}` to `{setting.Maximum}`",
        { Kind: SettingKind.List } => "values between commas",
        _ => setting.Kind.ToString().ToLowerInvariant(),
    };

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));

    private static string Default(Setting setting)
    {
        var text = setting.Default is null ? setting.DerivedDefault ?? "" : $"`{setting.Default}`";
        return setting.RequiredInProduction ? $"{text}; **required in Production**" : text;
    }
}
