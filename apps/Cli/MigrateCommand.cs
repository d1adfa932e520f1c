using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Configuration;
using Palisade.Crm;
using Palisade.Storage;

namespace Palisade.Cli;

/// <summary><c>palisade migrate [--data DIR] [--json]</c>: brings the database to the schema of this build.</summary>
internal static class MigrateCommand
{
    internal static Command Create()
    {
        var data = Installation.DataOption();
        var json = new Option<bool>("--json") { Description = "Print what was applied as JSON." };
        var migrate = new Command(
            "migrate", "Applies the migrations that the database lacks. It may be run at any time, again, and by several at once.") { data, json };
        migrate.SetAction((parsed, cancellationToken) => Installation.RunAsync(parsed.GetValue(data), async settings =>
        {
            Report(await ApplyAsync(settings, cancellationToken), parsed.GetValue(json));
            return 0;
        }));
        return migrate;
    }

    private static async Task<IReadOnlyList<Migration>> ApplyAsync(PalisadeSettings settings, CancellationToken cancellationToken)
    {
        using var loggers = Installation.Loggers();
        using var folder = Installation.Take(settings);
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
            Console.Out.WriteLine(JsonSerializer.Serialize(new { applied = rows }, Installation.Json));
            return;
        }

        foreach (var migration in applied)
        {
            Console.Out.WriteLine($"Applied {migration.Set} {migration.Number:0000} {migration.Name}");
        }

        Console.Out.WriteLine(applied.Count == 0 ? "Nothing to do: the schema is that of this build." : $"{applied.Count} migrations applied.");
    }
}
