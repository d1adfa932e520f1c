using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Hardening;

/// <summary>A TLS certificate for this machine alone: <c>dev-cert.pem</c> and <c>dev-cert.key</c> in the data folder, issued by a CA of its own.</summary>
/// <remarks>The CA's key is never written: once it has signed, nothing else can come from it, and trusting it trusts this one certificate.</remarks>
public static class DevelopmentCertificate
{
    // Browsers refuse server certificates of more than 398 days.
    private const int LifeDays = 397;
    private const int RenewDays = 30;

    /// <summary>The certificate of a data folder, made or renewed when it must be.</summary>
    public static X509Certificate2 In(string dataFolder, DateTimeOffset now)
    {
        var (certificateFile, keyFile) = (Path.Combine(dataFolder, "dev-cert.pem"), Path.Combine(dataFolder, "dev-cert.key"));
        if (File.Exists(certificateFile) && File.Exists(keyFile))
        {
            var existing = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            if (existing.NotAfter.ToUniversalTime() > now.UtcDateTime.AddDays(RenewDays))
            {
                return existing;
            }

            existing.Dispose();
        }

        Create(certificateFile, keyFile, now);
        return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
    }

    private static void Create(string certificateFile, string keyFile, DateTimeOffset now)
    {
        var (from, until) = (now.AddMinutes(-5), now.AddDays(LifeDays));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Palisade development CA", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, critical: false));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var certificate = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));

        WritePrivate(keyFile, key.ExportPkcs8PrivateKeyPem());
        // Both in one file: a client that is given it as its CA file can check the chain.
        File.WriteAllText(certificateFile, $"{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n");
    }

    private static void WritePrivate(string path, string text)
    {
        File.Delete(path);
        using var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
