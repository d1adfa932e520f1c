using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Configuration;
using Palisade.Crypto.Passwords;
using Palisade.Encryption;
using Palisade.Storage;

namespace Palisade.Cli;

/// <summary>The caller's wish cannot be met; the message says why.</summary>
internal sealed class RefusedException(string message) : Exception(message);

/// <summary>What the commands that work on an installation have in common.</summary>
internal static class Installation
{
    /// <summary>As every command prints it for scripts.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary><c>--data</c></summary>
    internal static Option<string?> DataOption() => new("--data") { Description = "The data folder, instead of PALISADE_DATA." };

    /// <summary>Acts on the installation that the settings describe. Wrong settings, and whatever else can be refused or away, are told on standard error: exit status 1.</summary>
    internal static async Task<int> RunAsync(string? data, Func<PalisadeSettings, Task<int>> act)
    {
        if (data is not null)
        {
            Environment.SetEnvironmentVariable("PALISADE_DATA", data);
        }

        var read = ProcessSettings.Load(Environment.CurrentDirectory);
        if (!read.WriteTo(Console.Error))
        {
            return 1;
        }

        try
        {
            return await act(read.Settings!);
        }
        catch (Exception refused) when (refused is RefusedException or InvalidDataException or ClusterException or SchemaException or MasterKeyException
            or NpgsqlException or LibcryptMissingException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(refused.Message);
            return 1;
        }
    }

    /// <summary>Warnings, on standard error: standard output is for the result alone.</summary>
    internal static ILoggerFactory Loggers() => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(console => console.SingleLine = true));

    /// <summary>Keeps others out of the data folder where that matters: a database of others is shared by design; a private cluster has one master.</summary>
    internal static DataFolder? Take(PalisadeSettings settings) => settings.Database.Url is null ? DataFolder.Take(settings.DataFolder) : null;
}
