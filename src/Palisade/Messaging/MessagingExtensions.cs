using Microsoft.Extensions.DependencyInjection;
using Palisade.Messaging.Internal;

namespace Palisade.Messaging;

/// <summary>Mails and SMS.</summary>
public static class MessagingExtensions
{
    /// <summary>Adds the outbox and its rounds.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Who writes, and where to.</param>
    /// <param name="key">Hides, in the database, who was written to. At least 32 secret bytes.</param>
    public static IServiceCollection AddMessaging(this IServiceCollection services, MessagingOptions options, byte[] key) => services
        .AddSingleton(options)
        .AddSingleton(new MessagingKey(key))
        .AddSingleton<Wording>()
        .AddSingleton<MessageSeal>()
        .AddSingleton<MessageCounters>()
        .AddSingleton<Outbox>()
        .AddSingleton<SmsCodes>()
        .AddSingleton<ITransport>(new FolderTransport(Channel.Mail, options))
        .AddSingleton<ITransport>(new FolderTransport(Channel.Sms, options))
        .AddSingleton<Postman>()
        .AddHostedService<PostRounds>();
}
