using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using Palisade.Configuration;
using Palisade.Storage;
using Palisade.Storage.Internal;

namespace Palisade.Tests.Storage;

/// <summary>A PostgreSQL over TCP with TLS, which may be anybody's.</summary>
public sealed class VerifiedServerTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Requirement("R251")]
    public async Task Only_the_server_that_the_right_authority_names_is_connected_to()
    {
        // Another port would give the socket another name; an address of our own needs none.
        var address = $"127.83.{RandomNumberGenerator.GetInt32(256)}.{RandomNumberGenerator.GetInt32(1, 255)}";
        using var authority = NewAuthority("Palisade test authority");
        using var stranger = NewAuthority("Palisade test authority"); // the same name, another key
        using var right = NewServer(authority, IPAddress.Parse(address));
        await using var server = await ServeAsync(address, right);
        var root = Path.Combine(server.Folder, "root.pem");
        await File.WriteAllTextAsync(root, authority.ExportCertificatePem(), Cancel);

        Assert.Null(await ConnectAsync(address, "verify-full", root));
        Assert.NotNull(await ConnectAsync(address, "verify-full", root: null));
        Assert.NotNull(await ConnectAsync(address, "disable", root: null)); // the server itself insists on TLS

        foreach (var (wrong, certificate) in ((string, X509Certificate2)[])
            [
                ("self-signed", NewSelfSigned(IPAddress.Parse(address))),
                ("of another authority with the same name", NewServer(stranger, IPAddress.Parse(address))),
                ("for another host", NewServer(authority, IPAddress.Parse("127.0.0.1"))),
                ("expired", NewServer(authority, IPAddress.Parse(address), expired: true)),
            ])
        {
            using (certificate)
            {
                await ShowAsync(server, certificate);
                await UntilAsync(
                    async () => await ConnectAsync(address, "verify-full", root) is { InnerException: System.Security.Authentication.AuthenticationException },
                    $"A certificate {wrong} is believed.");
                // It fails for the certificate alone: who does not verify gets in.
                Assert.Null(await ConnectAsync(address, "require", root: null));
            }
        }

        await ShowAsync(server, right);
        await UntilAsync(async () => await ConnectAsync(address, "verify-full", root) is null, "The right certificate is refused.");
    }

    /// <summary>The pool of the application, as an address in the settings makes it; what went wrong, if anything.</summary>
    private static async Task<Exception?> ConnectAsync(string address, string mode, string? root)
    {
        var url = $"postgresql://palisade_app@{address}/palisade?sslmode={mode}" + (root is null ? "" : $"&sslrootcert={Uri.EscapeDataString(root)}");
        var storage = new StorageOptions { ConnectionString = DatabaseUrl.ToConnectionString(url), MigrationConnectionString = "", PoolMin = 0 };
        await using var source = AppDataSource.Create(storage);
        try
        {
            await using var command = source.CreateCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
            Assert.Equal(true, await command.ExecuteScalarAsync(Cancel));
            return null;
        }
        catch (NpgsqlException refused)
        {
            return refused;
        }
    }

    private static async Task<ThrowawayCluster> ServeAsync(string address, X509Certificate2 certificate)
    {
        var server = await ThrowawayCluster.StartAsync();
        await InstallAsync(server, certificate);
        await File.AppendAllTextAsync(Path.Combine(server.Folder, "postgres", "pg_hba.conf"), "hostssl all palisade_app 127.0.0.0/8 trust\n", Cancel);
        await server.SuperuserAsync("postgres", $"ALTER SYSTEM SET ssl = on; ALTER SYSTEM SET listen_addresses = '{address}'");
        var first = server.Cluster.ServerProcessId;
        using var stop = Process.Start("kill", ["-INT", first.ToString(CultureInfo.InvariantCulture)]);
        await UntilAsync(async () => await ConnectAsync(address, "require", root: null) is null, "The server does not answer.");
        return server;
    }

    // A server that was told to read its files again does so a moment later.
    private static async Task UntilAsync(Func<Task<bool>> reached, string otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !await reached(); await Task.Delay(50, Cancel))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(15), otherwise);
        }
    }

    private static async Task ShowAsync(ThrowawayCluster server, X509Certificate2 certificate)
    {
        await InstallAsync(server, certificate);
        await server.SuperuserAsync("postgres", "SELECT pg_reload_conf()");
    }

    private static async Task InstallAsync(ThrowawayCluster server, X509Certificate2 certificate)
    {
        var folder = Path.Combine(server.Folder, "postgres");
        var key = Path.Combine(folder, "server.key");
        await File.WriteAllTextAsync(Path.Combine(folder, "server.crt"), certificate.ExportCertificatePem(), Cancel);
        File.SetUnixFileMode(Path.Combine(folder, "server.crt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Cancel);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["postgres:", key]);
            await chown.WaitForExitAsync(Cancel);
        }
    }

    private static X509Certificate2 NewAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
    }

    private static X509Certificate2 NewServer(X509Certificate2 authority, IPAddress address, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, until) = expired ? (Now.AddDays(-30), Now.AddDays(-1)) : (Now.AddDays(-1), Now.AddDays(30));
        using var certificate = Request(key, address).Create(authority, from, until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 NewSelfSigned(IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(key, address).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
    }

    private static CertificateRequest Request(ECDsa key, IPAddress address)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        var request = new CertificateRequest("CN=postgres", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
