using System.CommandLine;
using Palisade.Configuration;

namespace Palisade.Cli;

/// <summary><c>palisade settings env-example|table</c>: writes the documents that come from the catalogue to standard
/// output.</summary>
internal static class SettingsCommand
{
    internal static Command Create()
    {
        var example = new Command("env-example", "Prints the text of .env.example.");
        example.SetAction(_ => Console.Out.Write(SettingDocuments.EnvExample()));
        var table = new Command("table", "Prints every setting as Markdown tables.");
        table.SetAction(_ => Console.Out.Write(SettingDocuments.Table()));
        return new Command("settings", "Lists the settings.") { example, table };
    }
}
