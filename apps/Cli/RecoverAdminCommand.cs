using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Configuration;
using Palisade.Crm;
using Palisade.Mfa;
using Palisade.Storage;

namespace Palisade.Cli;

/// <summary><c>palisade users recover-admin EMAIL</c>: the way in for an installation whose only administrator lost the second factor.</summary>
internal static class RecoverAdminCommand
{
    internal static Command Create()
    {
        var email = new Argument<string>("email") { Description = "The administrator's address." };
        var data = Installation.DataOption();
        var recover = new Command(
            "recover-admin",
            "Takes the second factors and sessions of an administrator away; the next sign-in, with the password, enrols a new one. It is recorded and mailed.") { email, data };
        recover.SetAction((parsed, cancellationToken) => Installation.RunAsync(parsed.GetValue(data), async settings =>
        {
            if (!await RecoverAsync(settings, parsed.GetRequiredValue(email), cancellationToken))
            {
                throw new RefusedException("There is no active administrator with this address.");
            }

            Console.Out.WriteLine("Done. The next sign-in with the password enrols a new second factor, which is on probation at first.");
            return 0;
        }));
        return recover;
    }

    private static async Task<bool> RecoverAsync(PalisadeSettings settings, string email, CancellationToken cancellationToken)
    {
        using var loggers = Installation.Loggers();
        using var folder = Installation.Take(settings);
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
