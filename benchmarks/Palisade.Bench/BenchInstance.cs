using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Palisade.Access;
using Palisade.Configuration;
using Palisade.Crm;
using Palisade.Crypto.Totp;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Bench;

/// <summary>The product, and beside it a bare Kestrel with the same TLS and the same PostgreSQL.</summary>
internal sealed class BenchInstance : IAsyncDisposable
{
    internal const string Password = "Correct horse 7 battery!";

    /// <summary>Two endpoints beside the product's own, of one answer: one needs a caller.</summary>
    internal const string Protected = "/bench/protected", Open = "/bench/open";

    private readonly string folder = Directory.CreateTempSubdirectory("palisade-bench-").FullName;
    private WebApplication? product;
    private WebApplication? bare;
    private PrivateCluster? cluster;

    internal Uri Product { get; private set; } = null!;

    internal Uri Bare { get; private set; } = null!;

    internal NpgsqlDataSource Database { get; private set; } = null!;

    internal IServiceProvider Services => product!.Services;

    internal HttpClient Client { get; private set; } = null!;

    /// <summary>What a program that is signed in sends of itself: its token. It neither says nor shows to be a browser, so no cookie goes with it.</summary>
    internal IReadOnlyDictionary<string, string> Proof { get; private set; } = new Dictionary<string, string>();

    internal Guid EstateId { get; private set; }

    internal static async Task<BenchInstance> StartAsync()
    {
        var instance = new BenchInstance();
        instance.cluster = await PrivateCluster.StartAsync(instance.folder, NullLogger.Instance, CancellationToken.None);
        await instance.StartProductAsync();
        await instance.SignInAsync();
        await instance.StartBareAsync();
        return instance;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await bare!.DisposeAsync();
        await product!.DisposeAsync();
        await Database.DisposeAsync();
        await cluster!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartProductAsync()
    {
        var secrets = Path.Combine(folder, SecretFile.FileName);
        SecretFile.CreateIfMissing(secrets);
        var port = FreePort();
        var settings = SettingsReader.Read(
            new Dictionary<string, string> { ["PALISADE_ENVIRONMENT"] = "Development", ["PALISADE_DATA"] = folder, ["PORT"] = $"{port}", ["LOG_LEVEL"] = "error" },
            null,
            File.ReadAllText,
            await File.ReadAllTextAsync(secrets)).Settings!;
        var storage = new StorageOptions { ConnectionString = cluster!.AppConnectionString, MigrationConnectionString = cluster.MigrationConnectionString };
        // Both sides log nothing: what is measured is the path of a request.
        product = CrmApp.Build(settings, storage, builder => builder.Logging.ClearProviders());
        var answer = new { id = Guid.CreateVersion7(), name = "Harbour House", location = "1 Quay Street", totalUnits = 12, description = "Red brick, 1904." };
        product.MapGet(Protected, () => Results.Ok(answer)).RequireSignedIn();
        product.MapGet(Open, () => Results.Ok(answer)).OpenToAnyone("a benchmark's peer");
        SetupToken = await product.Services.PreparePalisadeAsync(CrmApp.Migrations, migrate: true, CancellationToken.None) ?? "";
        await product.StartAsync();
        Product = new Uri($"https://localhost:{port}");
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(cluster.SuperuserConnectionString) { MaxPoolSize = 10, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 }.ConnectionString);
    }

    private string SetupToken { get; set; } = "";

    private async Task SignInAsync()
    {
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Issuer == "CN=Palisade development CA" } })
        {
            BaseAddress = Product,
        };
        var challenge = (await PostAsync("/setup", new { token = SetupToken, email = "ada@example.com", password = Password, name = "Ada Admin", company = "Acme" })).GetProperty("challenge").GetString();
        TotpSeed.TryFromBase32((await PostAsync("/auth/mfa/totp/enroll", new { challenge })).GetProperty("secret").GetString(), out var seed);
        using var signedIn = await Client.PostAsJsonAsync("/auth/mfa/totp/confirm", new { challenge, code = Totp.Code(seed!, Totp.StepAt(TimeProvider.System.GetUtcNow())) });
        signedIn.EnsureSuccessStatusCode();
        Proof = new Dictionary<string, string>
        {
            ["Authorization"] = $"Bearer {(await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken")}",
        };
        foreach (var (name, value) in Proof)
        {
            Client.DefaultRequestHeaders.Add(name, value);
        }

        EstateId = (await PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12, description = "Red brick, 1904." })).GetProperty("id").GetGuid();
        var invitation = (await PostAsync("/api/admin/users", new { email = "vera@example.com", name = "Vera Viewer", role = "viewer" })).GetProperty("invitation").GetString();
        using var accepted = await Client.PostAsJsonAsync("/auth/accept-invitation", new { token = invitation, password = Password });
        accepted.EnsureSuccessStatusCode();
    }

    internal async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(path, body);
        return response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<JsonElement>()
            : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    private async Task StartBareAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var port = FreePort();
        X509Certificate2 certificate = DevelopmentCertificate.In(folder, TimeProvider.System.GetUtcNow());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen => listen.UseHttps(certificate)));
        builder.Services.AddRouting();
        bare = builder.Build();
        bare.UseRouting();
        var account = await Client.GetByteArrayAsync("/account");
        bare.MapGet("/account", async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(account);
        });
        bare.MapGet("/api/estates/{id:guid}", BareEstate.HandleAsync(Database));
        await bare.StartAsync();
        Bare = new Uri($"https://localhost:{port}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
