using System.Diagnostics.Metrics;

namespace Palisade.Messaging.Internal;

/// <summary>Figures of the outbox.</summary>
internal sealed class MessageCounters
{
    private readonly Counter<long> messages;

    public MessageCounters(IMeterFactory meters) =>
        messages = meters.Create("Palisade").CreateCounter<long>("palisade_messages_total", description: "Deliveries by channel, template and result");

    public void Settled(Channel channel, string template, string result) => messages.Add(
        1,
        new KeyValuePair<string, object?>("channel", channel.ToString().ToLowerInvariant()),
        new KeyValuePair<string, object?>("template", template),
        new KeyValuePair<string, object?>("result", result));
}
