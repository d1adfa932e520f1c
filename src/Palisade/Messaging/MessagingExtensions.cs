using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Configuration;
using Palisade.Messaging.Internal;
using Palisade.Validation;

namespace Palisade.Messaging;

/// <summary>Mails and SMS.</summary>
public static class MessagingExtensions
{
    /// <summary>Adds the outbox, its rounds, and the transports that the settings name.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">Checked settings.</param>
    /// <param name="key">Hides, in the database, who was written to. At least 32 secret bytes.</param>
    public static IServiceCollection AddMessaging(this IServiceCollection services, PalisadeSettings settings, byte[] key)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var messaging = settings.Messaging;
        services
            .AddSingleton(Options(settings))
            .AddSingleton(new SmsOptions
            {
                Provider = Enum.Parse<SmsProvider>(messaging.SmsProvider, ignoreCase: true),
                Account = messaging.SmsAccount ?? "",
                Secret = messaging.SmsApiKey ?? "",
                Sender = messaging.SmsSender ?? "",
                EstimatedCents = messaging.SmsCents,
                DailyCentsPerTenant = messaging.SmsDailyCentsPerTenant,
                DailyCentsPerCountry = messaging.SmsDailyCentsPerCountry,
            })
            .AddSingleton(new MessagingKey(key))
            .AddSingleton<Wording>()
            .AddSingleton<MessageSeal>()
            .AddSingleton<MessageCounters>()
            .AddSingleton<Outbox>()
            .AddSingleton<SmsCodes>()
            .AddSingleton<SmsWatch>()
            .AddSingleton<Postman>()
            .AddSingleton<OutboxUpkeep>()
            .AddSingleton<ITransport>(SmsTransport)
            .AddHostedService<PostRounds>()
            .AddHostedService(provider => provider.GetRequiredService<OutboxUpkeep>());
        return messaging.SmtpHost is { } host
            ? services.AddSingleton(Server(messaging, host)).AddSingleton<ITransport, SmtpTransport>()
            : services.AddSingleton<ITransport>(provider => new FolderTransport(Channel.Mail, provider.GetRequiredService<MessagingOptions>()));
    }

    /// <summary>Why the mail server of these settings would take no mail, as a code such as <c>smtp_no_starttls</c>; <see langword="null"/> when it would.</summary>
    /// <remarks>Signs in there, and sends nothing. Settings without a server have nothing to refuse.</remarks>
    public static async Task<string?> MailProblemAsync(this PalisadeSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Messaging.SmtpHost is not { } host)
        {
            return null;
        }

        try
        {
            await new SmtpTransport(Server(settings.Messaging, host), Options(settings)).ProbeAsync(cancellationToken);
            return null;
        }
        catch (TransportException refused)
        {
            return refused.Reason;
        }
        catch (OperationCanceledException)
        {
            return "smtp_timeout";
        }
    }

    /// <summary>Maps what administrators see of it.</summary>
    public static void MapMessaging(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/admin/messaging").ValidatesRequests().MapGet("", ShowMessaging.HandleAsync).RequirePermission("system:logs");

    private static MessagingOptions Options(PalisadeSettings settings) => new()
    {
        PublicUrl = settings.PublicUrl,
        From = settings.Messaging.From,
        Name = settings.Messaging.ProductName,
        Locale = settings.Messaging.Locale,
        Folder = settings.DataFolder,
    };

    private static SmtpOptions Server(MessagingSettings messaging, string host) => new()
    {
        Host = host,
        Port = messaging.SmtpPort,
        ImplicitTls = messaging.SmtpImplicitTls,
        User = messaging.SmtpUser,
        Password = messaging.SmtpPassword,
        Authority = messaging.SmtpAuthorityFile is { } file ? X509CertificateLoader.LoadCertificateFromFile(file) : null,
    };

    private static ITransport SmsTransport(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<SmsOptions>();
        return options.Provider switch
        {
            SmsProvider.AfricasTalking => new AfricasTalkingTransport(options),
            SmsProvider.Twilio => new TwilioTransport(options),
            // Nothing is put into the outbox while there is no provider; what waited when one was taken away, ends here.
            _ => new FolderTransport(Channel.Sms, provider.GetRequiredService<MessagingOptions>()),
        };
    }
}
