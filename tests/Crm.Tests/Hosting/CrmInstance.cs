using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Captcha.Internal;
using Palisade.Configuration;
using Palisade.Crm.Tests.Attacks;
using Palisade.Mfa.Internal;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>One running CRM over real HTTPS on a free port, with a database of its own. A class fixture: <c>IClassFixture&lt;CrmInstance&gt;</c>.</summary>
public sealed class CrmInstance(TestCluster cluster) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("palisade-instance-").FullName;
    private readonly TestClock clock = new();
    private WebApplication? app;
    private NpgsqlDataSource? behind;

    /// <summary>Another instance whose database, secrets and clock this one shares, as a second server would. It MUST have started.</summary>
    public CrmInstance? Beside { get; init; }

    /// <summary>Its database, where that is not one of its own; secrets are then those of <see cref="Beside"/>, started or not.</summary>
    public StorageOptions? On { get; init; }

    /// <summary>Where its database was made, for another instance beside it.</summary>
    public TestCluster Cluster => cluster;

    /// <summary>Moves the application's time.</summary>
    public TestClock Clock => (OwnClock ? null : Beside?.Clock) ?? clock;

    /// <summary>Beside another, and yet with a clock of its own that goes wrong by itself.</summary>
    public bool OwnClock { get; init; }

    /// <summary>Codes of authenticators follow PostgreSQL's clock, as in production, and not the test's.</summary>
    public bool DatabaseTime { get; init; }

    /// <summary>Last words on the services, said before the instance starts (a derived fixture, or an instance a test makes itself).</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }

    /// <summary>The instance's <c>LOG_LEVEL</c>; it matters to a test that adds the product's log again.</summary>
    public string LogLevel { get; init; } = "warn";

    /// <summary>What its clients send as a solved captcha; with <see cref="CaptchaIsNoHindrance"/>, whatever it is, it is one.</summary>
    public string? Captcha { get; init; }

    /// <summary>More settings, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Its data folder.</summary>
    public string Folder => folder;

    /// <summary>Where its database is.</summary>
    public StorageOptions Storage { get; private set; } = null!;

    /// <summary><c>https://localhost:PORT</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The token of the first administrator.</summary>
    public string SetupToken { get; private set; } = "";

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => app!.Services;

    /// <summary>The superuser's view of its database, behind the application's back.</summary>
    public NpgsqlDataSource Behind => behind!;

    public async ValueTask InitializeAsync()
    {
        Storage = On ?? Beside?.Storage ?? await cluster.NewDatabaseAsync(CancellationToken.None);
        behind = NpgsqlDataSource.Create(cluster.Superuser(Storage));
        var read = SettingsReader.Read(
            new Dictionary<string, string>(Settings)
            {
                ["PALISADE_ENVIRONMENT"] = "Development",
                ["PALISADE_DATA"] = folder,
                ["PORT"] = FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["LOG_LEVEL"] = LogLevel,
                // All clients of the tests have one address.
                ["RATE_LIMIT_MULTIPLIER"] = Settings.GetValueOrDefault("RATE_LIMIT_MULTIPLIER", "1000"),
            },
            dotEnvText: null,
            File.ReadAllText,
            Secrets(Beside?.Folder ?? folder));
        app = CrmApp.Build(read.Settings ?? throw new InvalidOperationException(string.Join("; ", read.Mistakes)), Storage, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Clock);
            if (!DatabaseTime)
            {
                builder.Services.AddSingleton<CodeClock>(new TestCodeClock(Clock));
            }

            builder.Logging.ClearProviders(); // what a test needs to see, it asks for
            Configure?.Invoke(builder);
        });
        SetupToken = await app.Services.PreparePalisadeAsync(CrmApp.Migrations, migrate: true, CancellationToken.None) ?? "";
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>A client with a cookie jar of its own; it believes the instance's certificate alone.</summary>
    public ApiClient NewClient() => new(Address, Clock, SetupToken) { Captcha = Captcha };

    /// <summary>Takes any captcha for solved: what is not about captchas must hold against who solves them all.</summary>
    internal static void CaptchaIsNoHindrance(IServiceCollection services) => services.AddSingleton<ICaptcha, AnyCaptcha>();

    private sealed class AnyCaptcha : ICaptcha
    {
        public Task<bool> IsSolvedAsync(string solution, RequestFacts facts, CancellationToken cancellationToken) => Task.FromResult(true);
    }

    /// <summary>Waits until everything that was asked for and acknowledged is done.</summary>
    public async Task SettleAsync()
    {
        var inbox = Services.GetRequiredService<Inbox>();
        do
        {
            await inbox.WorkOffAsync(CancellationToken.None);
        }
        while (await Behind.ReadAsync<long>("SELECT count(*) FROM accounts.inbox") > 0);
    }

    /// <summary>Lets it hear of what was changed elsewhere, or behind its back. By itself it would within a second.</summary>
    public Task FollowAsync() => Services.GetRequiredService<RevocationStream>().FollowAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        if (behind is not null)
        {
            await behind.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string Secrets(string folder)
    {
        var file = Path.Combine(folder, SecretFile.FileName);
        SecretFile.CreateIfMissing(file);
        return File.ReadAllText(file);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
