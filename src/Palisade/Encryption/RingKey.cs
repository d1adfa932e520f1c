namespace Palisade.Encryption;

/// <summary>A key of the ring. Its bytes never leave the process unwrapped.</summary>
/// <param name="Id">Names it in envelopes.</param>
/// <param name="Active">Whether it is the newest of its purpose: what is sealed now is sealed with it.</param>
public sealed record RingKey(Guid Id, bool Active)
{
    internal byte[] Bytes { get; init; } = [];

    /// <summary>What the key's bytes are for, where a purpose has a choice.</summary>
    public string? Algorithm { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its turn to sign begins.</summary>
    public DateTimeOffset SignsFrom { get; init; }

    /// <summary>When it was retired by hand, if it was.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>The type's name and the key's id, never the key.</summary>
    public override string ToString() => $"{nameof(RingKey)} {Id:N}";
}
