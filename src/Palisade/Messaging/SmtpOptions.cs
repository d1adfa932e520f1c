using System.Security.Cryptography.X509Certificates;
using Palisade.Crypto.Secrets;

namespace Palisade.Messaging;

/// <summary>The mail server that takes our mails.</summary>
[Secret]
public sealed class SmtpOptions
{
    /// <summary>Its name, which its certificate MUST carry.</summary>
    public required string Host { get; init; }

    /// <summary>Its TCP port. 465 begins with TLS, 587 is upgraded by STARTTLS.</summary>
    public int Port { get; init; } = 587;

    /// <summary>TLS from the first octet (RFC 8314); otherwise STARTTLS is demanded.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Who signs in; <see langword="null"/> for a server that knows us by our address.</summary>
    public string? User { get; init; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>The only authority whose certificates are trusted; <see langword="null"/> means those of the system.</summary>
    public X509Certificate2? Authority { get; init; }

    /// <summary>The type's name: it holds a password.</summary>
    public override string ToString() => nameof(SmtpOptions);
}
