using System.Text.Json;
using Palisade.Crypto.Envelopes;
using Palisade.Encryption;
using Palisade.Tenancy;

namespace Palisade.Messaging.Internal;

/// <summary>Address and values of a message that waits, sealed to its row: they hold one-time links.</summary>
internal sealed class MessageSeal(KeyRing ring)
{
    private sealed record Content(string To, Dictionary<string, string> Values);

    public byte[] Seal(TenantId tenant, Guid id, Message message)
    {
        using var key = DataKeyOf(ring.Active(KeyPurpose.Messages));
        var content = JsonSerializer.SerializeToUtf8Bytes(new Content(message.To.Address, new Dictionary<string, string>(message.Values)));
        return EnvelopeV1.Seal(key, PlaceOf(tenant, id), content);
    }

    /// <exception cref="EnvelopeException">It was not sealed for this row, or its key is gone.</exception>
    public async Task<(string To, IReadOnlyDictionary<string, string> Values)> OpenAsync(TenantId tenant, Guid id, byte[] envelope, CancellationToken cancellationToken)
    {
        _ = EnvelopeV1.TryReadKeyId(envelope, out var keyId);
        using var key = await ring.FindAsync(KeyPurpose.Messages, keyId, cancellationToken) is { } found ? DataKeyOf(found) : null;
        var content = JsonSerializer.Deserialize<Content>(EnvelopeV1.Open(wanted => wanted == keyId ? key : null, PlaceOf(tenant, id), envelope))!;
        return (content.To, content.Values);
    }

    private static DataKey DataKeyOf(RingKey key) => new(key.Id, key.Bytes);

    private static Place PlaceOf(TenantId tenant, Guid id) => new(tenant.Value, "messaging.outbox", "sealed", id.ToString("N"));
}
