using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Palisade.Messaging.Internal;

/// <summary>Hands mails to a mail server: RFC 5321 over TLS, from the first octet or after STARTTLS (RFC 3207), and never without it.</summary>
/// <remarks>One connection a mail. The server's certificate and name are verified always; credentials are not sent before that.</remarks>
internal sealed class SmtpTransport(SmtpOptions smtp, MessagingOptions options) : ITransport
{
    public Channel Channel => Channel.Mail;

    public async Task SendAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        var (from, to) = (MailText.WithAsciiDomain(options.From), MailText.WithAsciiDomain(parcel.To));
        var mail = MailText.Of(parcel.Id, parcel.CreatedAt, parcel.Kind, new MailAddresses(from, options.Name, to, options.PublicUrl.IdnHost), parcel.Letter);
        await ConnectAsync((dialogue, offers) => HandOverAsync(dialogue, offers, from, to, mail, cancellationToken), cancellationToken);
    }

    /// <summary>Goes as far as a mail would, and leaves without one.</summary>
    /// <exception cref="TransportException">The server would take none.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken) => ConnectAsync((_, _) => Task.CompletedTask, cancellationToken);

    private async Task ConnectAsync(Func<SmtpDialogue, SmtpOffers, Task> then, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(smtp.Host, smtp.Port, cancellationToken);
            await using var network = new NetworkStream(socket, ownsSocket: false);
            await RunAsync(network, then, cancellationToken);
        }
        catch (SocketException exception)
        {
            throw new TransportException("smtp_unreachable", forGood: false, exception);
        }
        catch (AuthenticationException exception)
        {
            throw new TransportException("smtp_tls", forGood: false, exception);
        }
        catch (IOException exception)
        {
            throw new TransportException("smtp_broken", forGood: false, exception);
        }
    }

    private async Task RunAsync(Stream network, Func<SmtpDialogue, SmtpOffers, Task> then, CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(network, leaveInnerStreamOpen: true);
        if (smtp.ImplicitTls)
        {
            await tls.AuthenticateAsClientAsync(TlsOptions(), cancellationToken);
        }

        // 1. Up to TLS. Whatever a server says in clear about what it can do is asked again afterwards.
        var plain = new SmtpDialogue(smtp.ImplicitTls ? tls : network);
        Expect("greeting", await plain.ReadAsync(cancellationToken), 220);
        var offers = await GreetAsync(plain, cancellationToken);
        var dialogue = plain;
        if (!smtp.ImplicitTls)
        {
            if (!offers.Has("STARTTLS"))
            {
                throw new TransportException("smtp_no_starttls", forGood: false);
            }

            Expect("starttls", await plain.AskAsync("STARTTLS", cancellationToken), 220);
            if (plain.HasUnread)
            {
                // Somebody put words before the handshake, to be taken for the server's own behind it.
                throw new TransportException("smtp_starttls_injection", forGood: false);
            }

            await tls.AuthenticateAsClientAsync(TlsOptions(), cancellationToken);
            dialogue = new SmtpDialogue(tls);
            offers = await GreetAsync(dialogue, cancellationToken);
        }

        // 2. Who we are.
        await AuthenticateAsync(dialogue, offers, cancellationToken);

        // 3. The mail. How the connection ends afterwards changes nothing: it is theirs.
        await then(dialogue, offers);
        await dialogue.LeaveAsync(cancellationToken);
    }

    private static async Task HandOverAsync(SmtpDialogue dialogue, SmtpOffers offers, string from, string to, byte[] mail, CancellationToken cancellationToken)
    {
        // Only from RCPT on does a 5xx say something about this mail; before, it is about us.
        var international = !Ascii.IsValid(from) || !Ascii.IsValid(to);
        if (international && !offers.Has("SMTPUTF8"))
        {
            throw new TransportException("smtp_no_smtputf8", forGood: true);
        }

        Expect("mail", await dialogue.AskAsync($"MAIL FROM:<{from}>{(international ? " SMTPUTF8 BODY=8BITMIME" : "")}", cancellationToken), 250);
        Expect("rcpt", await dialogue.AskAsync($"RCPT TO:<{to}>", cancellationToken), 250, aboutThisMail: true);
        Expect("data", await dialogue.AskAsync("DATA", cancellationToken), 354, aboutThisMail: true);
        Expect("content", await dialogue.AskAsync(Stuffed(mail), cancellationToken), 250, aboutThisMail: true);
    }

    private async Task<SmtpOffers> GreetAsync(SmtpDialogue dialogue, CancellationToken cancellationToken)
    {
        var reply = await dialogue.AskAsync($"EHLO {options.PublicUrl.IdnHost}", cancellationToken);
        Expect("ehlo", reply, 250);
        return new SmtpOffers(reply);
    }

    private async Task AuthenticateAsync(SmtpDialogue dialogue, SmtpOffers offers, CancellationToken cancellationToken)
    {
        if (smtp.User is not { } user || smtp.Password is not { } password)
        {
            return;
        }

        if (offers.HasAuthentication("PLAIN"))
        {
            var response = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
            Expect("auth", await dialogue.AskAsync($"AUTH PLAIN {response}", cancellationToken), 235);
        }
        else if (offers.HasAuthentication("LOGIN"))
        {
            Expect("auth", await dialogue.AskAsync("AUTH LOGIN", cancellationToken), 334);
            Expect("auth", await dialogue.AskAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(user)), cancellationToken), 334);
            Expect("auth", await dialogue.AskAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(password)), cancellationToken), 235);
        }
        else
        {
            throw new TransportException("smtp_no_auth", forGood: false);
        }
    }

    private SslClientAuthenticationOptions TlsOptions() => new()
    {
        TargetHost = smtp.Host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = smtp.Authority is { } authority
            ? new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck }
            : null,
    };

    private static void Expect(string step, SmtpReply reply, int code, bool aboutThisMail = false)
    {
        if (reply.Code != code && !(code == 250 && reply.Code == 251))
        {
            throw new TransportException($"smtp_{step}_{reply.Code}", forGood: aboutThisMail && reply.Code >= 500);
        }
    }

    /// <summary>RFC 5321 section 4.5.2: a dot before each line that begins with one, and the dot that ends it all.</summary>
    private static byte[] Stuffed(byte[] mail)
    {
        var stuffed = new List<byte>(mail.Length + 16);
        for (var index = 0; index < mail.Length; index++)
        {
            if (mail[index] == '.' && (index == 0 || mail[index - 1] == '\n'))
            {
                stuffed.Add((byte)'.');
            }

            stuffed.Add(mail[index]);
        }

        // MailText ends with CRLF; SmtpDialogue ends this line.
        stuffed.Add((byte)'.');
        return [.. stuffed];
    }
}
