using Palisade.Logging;

namespace Palisade.Configuration;

/// <summary>How mails and SMS leave, and what they may cost.</summary>
[NeverLogged]
public sealed class MessagingSettings
{
    /// <summary>The mail server; <see langword="null"/> writes mails into the data folder (Development only).</summary>
    public string? SmtpHost { get; init; }

    /// <summary>Its port.</summary>
    public int SmtpPort { get; init; } = 587;

    /// <summary>TLS from the first octet; otherwise STARTTLS is demanded. Never neither.</summary>
    public bool SmtpImplicitTls { get; init; }

    /// <summary>Who signs in there.</summary>
    public string? SmtpUser { get; init; }

    /// <summary>The password of <see cref="SmtpUser"/>.</summary>
    public string? SmtpPassword { get; init; }

    /// <summary>The only authority trusted for the mail server, PEM; <see langword="null"/> means those of the system.</summary>
    public string? SmtpAuthorityFile { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>How messages call this installation.</summary>
    public string ProductName { get; init; } = "Palisade";

    /// <summary>The language of people who chose none.</summary>
    public string Locale { get; init; } = "en";

    /// <summary>Who carries SMS: none, folder, africastalking or twilio.</summary>
    public string SmsProvider { get; init; } = "none";

    /// <summary>The provider's name of us.</summary>
    public string? SmsAccount { get; init; }

    /// <summary>The provider's key.</summary>
    public string? SmsApiKey { get; init; }

    /// <summary>The number or name SMS come from.</summary>
    public string? SmsSender { get; init; }

    /// <summary>What one SMS is taken to cost, in cents.</summary>
    public int SmsCents { get; init; } = 5;

    /// <summary>What one company may spend on SMS within a UTC day, in cents.</summary>
    public int SmsDailyCentsPerTenant { get; init; } = 2_000;

    /// <summary>What all may spend on SMS to one country within a UTC day, in cents.</summary>
    public int SmsDailyCentsPerCountry { get; init; } = 10_000;
}
