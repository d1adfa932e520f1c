using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Configuration;
using Palisade.Crm;
using Palisade.Storage;

namespace Palisade.Cli;

/// <summary><c>palisade migrate [--data DIR] [--json]</c>: brings the database to the schema of this build.</summary>
internal static class MigrateCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "The data folder, instead of PALISADE_DATA." };
        var json = new Option<bool>("--json") { Description = "Print what was applied as JSON." };
        var migrate = new Command(
            "migrate", "Applies the migrations that the database lacks. It may be run at any time, again, and by several at once.") { data, json };
        migrate.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(data), parsed.GetValue(json), cancellationToken));
        return migrate;
    }

    private static async Task<int> RunAsync(string? data, bool json, CancellationToken cancellationToken)
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
            Report(await ApplyAsync(read.Settings!, cancellationToken), json);
            return 0;
        }
        catch (Exception refused) when (refused is ClusterException or SchemaException or NpgsqlException)
        {
            Console.Error.WriteLine(refused.Message);
            return 1;
        }
    }

    private static async Task<IReadOnlyList<Migration>> ApplyAsync(PalisadeSettings settings, CancellationToken cancellationToken)
    {
        // Standard output is for the result alone.
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddSimpleConsole(console => console.SingleLine = true));
        // A database of others is shared by design; a private cluster has one master.
        using var folder = settings.Database.Url is null ? DataFolder.Take(settings.DataFolder) : null;
        await using var storage = await ConfiguredStorage.StartAsync(settings, loggers.CreateLogger("Palisade.Storage"), cancellationToken);
        var migrator = new Migrator(
            storage.Options.MigrationConnectionString, [.. PalisadeExtensions.Migrations, .. CrmApp.Migrations], loggers.CreateLogger<Migrator>());
        return await migrator.ApplyAsync(cancellationToken);
    }

    private static void Report(IReadOnlyList<Migration> applied, bool json)
    {
        if (json)
        {
            var rows = applied.Select(migration => new { migration.Set, migration.Number, migration.Name });
            Console.Out.WriteLine(JsonSerializer.Serialize(new { applied = rows }, Json));
            return;
        }

        foreach (var migration in applied)
        {
            Console.Out.WriteLine($"Applied {migration.Set} {migration.Number:0000} {migration.Name}");
        }

        Console.Out.WriteLine(applied.Count == 0 ? "Nothing to do: the schema is that of this build." : $"{applied.Count} migrations applied.");
    }
}
