namespace Palisade.Encryption;

/// <summary>Where a key is in its life.</summary>
public enum KeyState
{
    /// <summary>Refused: retired, or over. Also the default, so that an unset state is a refusal.</summary>
    Retired = 0,

    /// <summary>Published and verifying, so that everybody knows it when it begins to sign.</summary>
    Upcoming,

    /// <summary>Signs.</summary>
    Active,

    /// <summary>Signs no more; what it signed is still good.</summary>
    Verifying,
}

/// <summary>How keys take turns.</summary>
/// <remarks>
/// <code>
///     created         signs from                 its successor signs from
///        |--- lead ---|--------- active ---------|------ overlap ------|
///         upcoming                                 verifying             retired
/// </code>
/// A key's state follows from the rows and the time alone. At a turn nobody has to do anything, so no node can miss it.
/// </remarks>
/// <param name="Lead">From publication to the first signature. MUST be longer than anybody caches the published keys.</param>
/// <param name="Overlap">From the last signature to the refusal. MUST be no shorter than a token lives, with skew.</param>
/// <param name="Rotation">The age at which a key gets its successor.</param>
public sealed record KeySchedule(TimeSpan Lead, TimeSpan Overlap, TimeSpan Rotation)
{
    /// <summary>The state of the key at this place of a ring, whose keys stand in the order in which they were made.</summary>
    public KeyState StateOf(IReadOnlyList<RingKey> ring, int place, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(ring);
        // The first turn of any later key: an upcoming one that was retired may be followed by one that signs before it would have.
        var succeeded = ring.Skip(place + 1).Select(key => key.SignsFrom).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        return ring[place] switch
        {
            { RetiredAt: not null } => KeyState.Retired,
            var key when key.SignsFrom > now => KeyState.Upcoming,
            _ when succeeded > now => KeyState.Active,
            _ => succeeded + Overlap > now ? KeyState.Verifying : KeyState.Retired,
        };
    }
}
