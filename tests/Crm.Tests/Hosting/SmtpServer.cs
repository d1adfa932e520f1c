using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Palisade.Messaging;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>What a mail server was handed: the envelope, and the mail as it came, dots taken out again.</summary>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, string Content, bool OverTls, string? User)
{
    /// <summary>The mail, read.</summary>
    public Mail Mail => Mail.Parse(Content);
}

/// <summary>How a <see cref="SmtpServer"/> behaves.</summary>
public sealed record SmtpManners
{
    public bool ImplicitTls { get; init; }
    public bool OffersStartTls { get; init; } = true;
    public string? Authentication { get; init; } = "PLAIN LOGIN";
    public bool OffersSmtpUtf8 { get; init; }
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Whose name its certificate carries.</summary>
    public string Name { get; init; } = "localhost";

    /// <summary>Says something else than it should, by verb; the empty text hangs for ever. The verb of the greeting is "", of the content ".".</summary>
    public Func<string, string?> Instead { get; init; } = _ => null;

    /// <summary>Octets that follow the reply to STARTTLS in clear.</summary>
    public string AfterStartTls { get; init; } = "";
}

/// <summary>A real mail server on a loopback port, with a certificate of an authority of its own.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentQueue<ReceivedMail> received = new();
    private readonly ConcurrentQueue<string> heard = new();
    private readonly X509Certificate2 certificate;
    private readonly Task serving;

    public SmtpServer(SmtpManners? manners = null)
    {
        Manners = manners ?? new SmtpManners();
        (Authority, certificate) = Certificates(Manners.Name);
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>May be changed while it runs.</summary>
    public SmtpManners Manners { get; set; }

    /// <summary>Who signed its certificate.</summary>
    public X509Certificate2 Authority { get; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Mails that it took, in order.</summary>
    public IReadOnlyList<ReceivedMail> Received => [.. received];

    /// <summary>Every command line, with <c>tls </c> before those that came under TLS.</summary>
    public IReadOnlyList<string> Heard => [.. heard];

    /// <summary>How a client is told of it.</summary>
    public SmtpOptions Options(string? user = "apikey", string? password = "s3cret") => new()
    {
        Host = "localhost",
        Port = Port,
        ImplicitTls = Manners.ImplicitTls,
        User = user,
        Password = password,
        Authority = Authority,
    };

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await serving;
        closing.Dispose();
        certificate.Dispose();
        Authority.Dispose();
    }

    private async Task ServeAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.Add(ConverseAsync(await listener.AcceptTcpClientAsync(closing.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await new Conversation(this, client.GetStream()).RunAsync(closing.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or AuthenticationException or FormatException)
            {
                // The client hung up, or did not like us.
            }
        }
    }

    private static (X509Certificate2 Authority, X509Certificate2 Server) Certificates(string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test mail CA", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(20), RandomNumberGenerator.GetBytes(8));
        using var withKey = signed.CopyWithPrivateKey(key);
        return (authority, X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null));
    }

    private sealed class Conversation(SmtpServer server, Stream network)
    {
        private Stream stream = network;
        private bool tls;
        private string? user;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            if (server.Manners.ImplicitTls)
            {
                await BeginTlsAsync(cancellationToken);
            }

            await SayAsync("", "220 mail.test ESMTP", cancellationToken);
            var (from, to) = ("", new List<string>());
            while (await HearAsync(cancellationToken) is { } line)
            {
                server.heard.Enqueue(tls ? $"tls {line}" : line);
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        await SayAsync(verb, Offers(), cancellationToken);
                        break;
                    case "STARTTLS":
                        await SayAsync(verb, "220 go ahead", cancellationToken, server.Manners.AfterStartTls);
                        await BeginTlsAsync(cancellationToken);
                        break;
                    case "AUTH":
                        user = await SignInAsync(line, cancellationToken);
                        await SayAsync(verb, "235 welcome", cancellationToken);
                        break;
                    case "MAIL":
                        (from, to) = (Path(line), []);
                        await SayAsync(verb, "250 ok", cancellationToken);
                        break;
                    case "RCPT":
                        to.Add(Path(line));
                        await SayAsync(verb, "250 ok", cancellationToken);
                        break;
                    case "DATA":
                        await SayAsync(verb, "354 go ahead", cancellationToken);
                        if (await TakeAsync(cancellationToken) is { } content && server.Manners.Instead(".") is null)
                        {
                            server.received.Enqueue(new ReceivedMail(from, to, content, tls, user));
                        }

                        await SayAsync(".", "250 taken", cancellationToken);
                        break;
                    case "QUIT":
                        return;
                    default:
                        await SayAsync(verb, "500 what?", cancellationToken);
                        break;
                }
            }
        }

        private async Task BeginTlsAsync(CancellationToken cancellationToken)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = server.certificate, EnabledSslProtocols = server.Manners.Protocols }, cancellationToken);
            (stream, tls) = (secure, true);
        }

        private string Offers()
        {
            string[] offers =
            [
                "mail.test", .. server.Manners.OffersStartTls && !tls ? ["STARTTLS"] : Array.Empty<string>(),
                .. server.Manners.Authentication is { } mechanisms ? [$"AUTH {mechanisms}"] : Array.Empty<string>(),
                .. server.Manners.OffersSmtpUtf8 ? ["SMTPUTF8"] : Array.Empty<string>(), "8BITMIME",
            ];
            return string.Join("\r\n", offers.Select((offer, index) => $"250{(index < offers.Length - 1 ? '-' : ' ')}{offer}"));
        }

        private async Task<string> SignInAsync(string line, CancellationToken cancellationToken)
        {
            string Decoded(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));
            if (line.StartsWith("AUTH PLAIN ", StringComparison.Ordinal))
            {
                return Decoded(line["AUTH PLAIN ".Length..]).Replace('\0', ':')[1..];
            }

            await WriteAsync("334 VXNlcm5hbWU6\r\n", cancellationToken);
            var name = Decoded((await HearAsync(cancellationToken))!);
            await WriteAsync("334 UGFzc3dvcmQ6\r\n", cancellationToken);
            return $"{name}:{Decoded((await HearAsync(cancellationToken))!)}";
        }

        private async Task<string?> TakeAsync(CancellationToken cancellationToken)
        {
            var content = new StringBuilder();
            while (await HearAsync(cancellationToken) is { } line)
            {
                if (line == ".")
                {
                    return content.ToString();
                }

                content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            }

            return null;
        }

        private async Task SayAsync(string verb, string reply, CancellationToken cancellationToken, string inTheSameBreath = "")
        {
            var instead = server.Manners.Instead(verb);
            if (instead == "")
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            await WriteAsync($"{instead ?? reply}\r\n{inTheSameBreath}", cancellationToken);
        }

        private async Task WriteAsync(string text, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }

        private async Task<string?> HearAsync(CancellationToken cancellationToken)
        {
            var line = new List<byte>();
            var octet = new byte[1];
            while (await stream.ReadAsync(octet, cancellationToken) == 1)
            {
                if (octet[0] == '\n')
                {
                    return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                }

                line.Add(octet[0]);
            }

            return null;
        }

        private static string Path(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
    }
}
