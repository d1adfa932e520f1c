using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Configuration;
using Palisade.Crm;
using Palisade.Encryption;
using Palisade.Mfa;
using Palisade.Storage;

namespace Palisade.Cli;

/// <summary><c>palisade users recover-admin EMAIL</c>: the way in for an installation whose only administrator lost the second factor.</summary>
internal static class RecoverAdminCommand
{
    internal static Command Create()
    {
        var email = new Argument<string>("email") { Description = "The administrator's address." };
        var data = new Option<string?>("--data") { Description = "The data folder, instead of PALISADE_DATA." };
        var recover = new Command(
            "recover-admin",
            "Takes the second factors and sessions of an administrator away; the next sign-in, with the password, enrols a new one. It is recorded and mailed.") { email, data };
        recover.SetAction((parsed, cancellationToken) => RecoverAsync(parsed.GetRequiredValue(email), parsed.GetValue(data), cancellationToken));
        return recover;
    }

    private static async Task<int> RecoverAsync(string email, string? data, CancellationToken cancellationToken)
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
            if (!await RunAsync(read.Settings!, email, cancellationToken))
            {
                Console.Error.WriteLine("There is no active administrator with this address.");
                return 1;
            }

            Console.Out.WriteLine("Done. The next sign-in with the password enrols a new second factor, which is on probation at first.");
            return 0;
        }
        catch (Exception refused) when (refused is ClusterException or SchemaException or NpgsqlException or MasterKeyException)
        {
            Console.Error.WriteLine(refused.Message);
            return 1;
        }
    }

    private static async Task<bool> RunAsync(PalisadeSettings settings, string email, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddSimpleConsole(console => console.SingleLine = true));
        using var folder = settings.Database.Url is null ? DataFolder.Take(settings.DataFolder) : null;
        await using var storage = await ConfiguredStorage.StartAsync(settings, loggers.CreateLogger("Palisade.Storage"), cancellationToken);
        await using var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(loggers)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddMetrics()
            .AddPalisade(settings, storage.Options, PalisadeExtensions.DefaultRoles())
            .BuildServiceProvider();
        await services.PreparePalisadeAsync(CrmApp.Migrations, migrate: false, cancellationToken);
        return await services.RecoverAdministratorAsync(email, cancellationToken);
    }
}
