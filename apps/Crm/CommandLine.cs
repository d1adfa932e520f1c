using System.Globalization;

namespace Palisade.Crm;

/// <summary>The options of the program. They are settings, and win over the environment.</summary>
internal static class CommandLine
{
    /// <summary>Puts the options where settings are read from. Answers what is wrong with them, or <see langword="null"/>.</summary>
    internal static string? Apply(string[] args)
    {
        for (var index = 0; index < args.Length; index += 2)
        {
            var name = args[index] switch
            {
                "--port" => "PORT",
                "--data" => "PALISADE_DATA",
                _ => null,
            };
            if (name is null || index + 1 == args.Length)
            {
                return $"usage: Palisade.Crm [--port 7443] [--data ./data]{(name is null ? string.Create(CultureInfo.InvariantCulture, $" (not {args[index]})") : "")}";
            }

            Environment.SetEnvironmentVariable(name, args[index + 1]);
        }

        return null;
    }
}
