using Palisade.Crypto.Secrets;

namespace Palisade.Messaging.Internal;

/// <summary>Hides, in the database, which mailboxes and numbers were written to.</summary>
[Secret]
internal sealed class MessagingKey(byte[] bytes)
{
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The type's name, never the key.</summary>
    public override string ToString() => nameof(MessagingKey);
}
