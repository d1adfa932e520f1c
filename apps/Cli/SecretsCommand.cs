using System.CommandLine;
using Palisade.Configuration;

namespace Palisade.Cli;

/// <summary><c>palisade secrets generate [--out FILE]</c>: a private file with new secrets. No value is ever printed.</summary>
internal static class SecretsCommand
{
    internal static Command Create()
    {
        var output = new Option<FileInfo>("--out")
        {
            Description = "The file to create. It must not exist.",
            DefaultValueFactory = _ => new FileInfo(SecretFile.FileName),
        };
        var generate = new Command("generate", "Writes five new secrets to a file that only you can read.") { output };
        generate.SetAction(parsed => Generate(parsed.GetRequiredValue(output).FullName));
        return new Command("secrets", "Creates the secrets of an installation.") { generate };
    }

    private static int Generate(string path)
    {
        try
        {
            SecretFile.Create(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(File.Exists(path)
                ? $"{path} exists and was left as it is. Data may be sealed under its keys; choose another name with --out."
                : $"{path} cannot be created: {refused.Message}");
            return 1;
        }

        Console.Out.WriteLine($"Five new secrets are in {path} (mode 0600).");
        return 0;
    }
}
