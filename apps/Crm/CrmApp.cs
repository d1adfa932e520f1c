using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Palisade.Configuration;
using Palisade.Console;
using Palisade.Crm.Customers;
using Palisade.Crm.Estates;
using Palisade.Hardening;
using Palisade.Logging;
using Palisade.Storage;

namespace Palisade.Crm;

/// <summary>The application: its services, the path of its requests, its endpoints.</summary>
public static class CrmApp
{
    /// <summary>The CRM's own schema.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.In(typeof(CrmApp).Assembly, "crm");

    /// <summary>Builds the application; it listens once it is started.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="storage">Where PostgreSQL is.</param>
    /// <param name="configure">Last words on the services, for tests and hosts.</param>
    public static WebApplication Build(PalisadeSettings settings, StorageOptions storage, Action<WebApplicationBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(CrmApp).Assembly.GetName().Name,
            EnvironmentName = settings.Environment.ToString(),
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddRouting();
        builder.Services.AddPalisadeLogging(settings);
        builder.Services.AddPalisade(settings, storage, PalisadeExtensions.DefaultRoles());
        builder.Services.AddConsole();
        builder.Services.AddCustomers();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UsePalisade();
        app.MapPalisade();
        app.MapConsole();
        app.MapEstates();
        app.MapCustomers();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, PalisadeSettings settings)
    {
        var certificate = settings.CertificateFile is { } file
            ? X509Certificate2.CreateFromPemFile(file, settings.CertificateKeyFile)
            : DevelopmentCertificate.In(settings.DataFolder, TimeProvider.System.GetUtcNow());
        void Https(ListenOptions listen) => listen.UseHttps(certificate);
        if (settings.Environment == DeploymentEnvironment.Development)
        {
            kestrel.ListenLocalhost(settings.Port, Https); // nobody else's machine
        }
        else
        {
            kestrel.ListenAnyIP(settings.Port, Https);
        }
    }
}
