using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Access;
using Palisade.Accounts;
using Palisade.Configuration;
using Palisade.Crm;
using Palisade.Crypto.Passwords;
using Palisade.Storage;
using Palisade.Tenancy;

namespace Palisade.Cli;

/// <summary><c>palisade users import FILE</c>: takes accounts over from another program, with the hashes of their passwords.</summary>
/// <remarks>A record is imported whole or not at all; one that is refused stops no other. No output repeats a hash or an address.</remarks>
internal static class ImportUsersCommand
{
    private sealed record Rejected(int Line, string Field, string Code);

    private sealed record Report(int Rows, int Imported, bool DryRun, long Remaining, IReadOnlyList<Rejected> Rejected);

    internal static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "CSV with the columns email, name, role, passwordHash and, if you like, status (active or disabled)." };
        var company = new Option<string?>("--company") { Description = "The company's name or id; needed where there is more than one." };
        var data = Installation.DataOption();
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything and change nothing." };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON." };
        var import = new Command("import", "Imports accounts with bcrypt, yescrypt, ASP.NET Core Identity or PBKDF2 hashes; each is replaced at its first sign-in.")
        {
            file, company, data, dryRun, json,
        };
        import.SetAction((parsed, cancellationToken) => Installation.RunAsync(parsed.GetValue(data), async settings =>
        {
            var report = await RunAsync(settings, parsed.GetRequiredValue(file), parsed.GetValue(company), parsed.GetValue(dryRun), cancellationToken);
            Print(report, parsed.GetValue(json));
            return report.Rejected.Count == 0 ? 0 : 1;
        }));
        return import;
    }

    private static async Task<Report> RunAsync(PalisadeSettings settings, FileInfo file, string? company, bool dryRun, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        ImportedHash.EnsureAvailable();
        using var loggers = Installation.Loggers();
        using var folder = Installation.Take(settings);
        await using var storage = await ConfiguredStorage.StartAsync(settings, loggers.CreateLogger("Palisade.Storage"), cancellationToken);
        var migrator = new Migrator(
            storage.Options.MigrationConnectionString, [.. PalisadeExtensions.Migrations, .. CrmApp.Migrations], loggers.CreateLogger<Migrator>());
        if (await migrator.PendingAsync(cancellationToken) is { Count: > 0 } pending)
        {
            throw new SchemaException($"The database lacks {pending.Count} migrations of this build. Run ./palisade migrate.");
        }

        // Standard output is for the result alone; the events are in the audit log.
        await using var app = CrmApp.Build(settings, storage.Options, builder => builder.Logging.ClearProviders());
        var import = new UserImport(app.Services.GetRequiredService<PalisadeDatabase>(), app.Services.GetRequiredService<RoleBook>(), TimeProvider.System);
        var tenant = await CompanyAsync(import, company, cancellationToken);
        var (rows, rejected) = (0, new List<Rejected>());
        var refusedRows = 0;
        foreach (var (line, user) in UsersFile.Read(stream))
        {
            rows++;
            var errors = user is null
                ? [new Rejected(line, "row", "wrong_number_of_fields")]
                : (await import.AddAsync(tenant, user, dryRun, cancellationToken)).Select(error => new Rejected(line, error.Field, error.Code)).ToList();
            rejected.AddRange(errors);
            refusedRows += errors.Count > 0 ? 1 : 0;
        }

        return new Report(rows, rows - refusedRows, dryRun, await import.RemainingAsync(cancellationToken), rejected);
    }

    private static async Task<TenantId> CompanyAsync(UserImport import, string? company, CancellationToken cancellationToken)
    {
        var all = await import.CompaniesAsync(cancellationToken);
        var meant = company is null ? all : [.. all.Where(one => one.Name == company || one.Id.ToString() == company)];
        return meant.Count switch
        {
            1 => meant[0].Id,
            0 when company is null => throw new RefusedException("There is no company yet; set the installation up first."),
            0 => throw new RefusedException("There is no such company."),
            _ => throw new RefusedException("There is more than one company; say which with --company and its id or name."),
        };
    }

    private static void Print(Report report, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, Installation.Json));
            return;
        }

        foreach (var row in report.Rejected)
        {
            Console.Out.WriteLine($"line {row.Line}: {row.Field} {row.Code}");
        }

        Console.Out.WriteLine($"{report.Imported} of {report.Rows} accounts {(report.DryRun ? "would be" : "were")} imported.");
        Console.Out.WriteLine($"{report.Remaining} accounts still have the hash of another program; each is replaced at its first sign-in.");
    }
}
