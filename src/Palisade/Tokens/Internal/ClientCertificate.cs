using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Palisade.Tokens.Internal;

/// <summary>Reads the client certificate that a proxy of ours checked and passes on (RFC 9440, or PEM with percent signs as nginx writes it).</summary>
/// <remarks>
/// MUST run before forwarded headers replace the peer's address: the header of anybody but a named proxy is taken off the request.
/// The proxy MUST ask for the certificate, prove that its holder is there (TLS does), and overwrite what a client sends.
/// </remarks>
internal sealed class ClientCertificateMiddleware(RequestDelegate next, TokenOptions options)
{
    private const int MaxLength = 16 * 1024;

    public Task InvokeAsync(HttpContext context)
    {
        if (options.ClientCertificateHeader is { } header && context.Request.Headers.Remove(header, out var values)
            && IsProxy(context.Connection.RemoteIpAddress)
            && values is [{ Length: > 0 and <= MaxLength } value] && Thumbprint(value) is { } thumbprint)
        {
            context.Features.Set(new ClientCertificate(thumbprint));
        }

        return next(context);
    }

    private bool IsProxy(IPAddress? peer) =>
        peer is not null && options.Proxies.Any(network => network.Contains(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer));

    private static string? Thumbprint(string value)
    {
        try
        {
            using var certificate = value is [':', .. var base64, ':']
                ? X509CertificateLoader.LoadCertificate(Convert.FromBase64String(base64))
                : X509CertificateLoader.LoadCertificate(Pem(Uri.UnescapeDataString(value)));
            return Base64Url.EncodeToString(SHA256.HashData(certificate.RawData));
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException or ArgumentException)
        {
            return null; // none, then
        }
    }

    private static byte[] Pem(string text) =>
        PemEncoding.TryFind(text, out var fields) && text[fields.Label] == "CERTIFICATE"
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new FormatException();
}

/// <summary>The certificate of a request's client, by its SHA-256 in base64url.</summary>
internal sealed record ClientCertificate(string Thumbprint);
