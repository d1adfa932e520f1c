using System.Diagnostics.Metrics;

namespace Palisade.Messaging.Internal;

/// <summary>What waits on one channel.</summary>
internal sealed record WaitingMessages(string Channel, long Count, DateTimeOffset Oldest);

/// <summary>Figures of the outbox.</summary>
internal sealed class MessageCounters
{
    private readonly Counter<long> messages;
    private volatile IReadOnlyList<WaitingMessages> waiting = [];

    public MessageCounters(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create("Palisade");
        messages = meter.CreateCounter<long>("palisade_messages_total", description: "Deliveries by channel, template and result");
        meter.CreateObservableGauge("palisade_outbox_waiting", () => Each(found => found?.Count ?? 0), description: "Messages that wait, by channel");
        meter.CreateObservableGauge(
            "palisade_outbox_oldest_seconds",
            () => Each(found => found is null ? 0 : (long)(clock.GetUtcNow() - found.Oldest).TotalSeconds),
            description: "Age of the oldest message that waits, by channel");
    }

    /// <summary>As of the last look.</summary>
    public IReadOnlyList<WaitingMessages> Waiting
    {
        get => waiting;
        set => waiting = value;
    }

    public void Settled(Channel channel, string template, string result) => messages.Add(
        1,
        new KeyValuePair<string, object?>("channel", channel.ToString().ToLowerInvariant()),
        new KeyValuePair<string, object?>("template", template),
        new KeyValuePair<string, object?>("result", result));

    // Every channel always has its value: a gauge that is not told again would keep its last one.
    private IEnumerable<Measurement<long>> Each(Func<WaitingMessages?, long> value) =>
        Enum.GetNames<Channel>().Select(name => name.ToLowerInvariant()).Select(channel => new Measurement<long>(
            value(Waiting.FirstOrDefault(found => found.Channel == channel)), new KeyValuePair<string, object?>("channel", channel)));
}
