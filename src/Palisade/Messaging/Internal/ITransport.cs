namespace Palisade.Messaging.Internal;

/// <summary>A message on its way out.</summary>
internal sealed record Parcel(Guid Id, DateTimeOffset CreatedAt, string Kind, string To, Letter Letter)
{
    /// <summary>The type's name: it holds an address and one-time links.</summary>
    public override string ToString() => nameof(Parcel);
}

/// <summary>What takes messages of one channel away.</summary>
/// <remarks>
/// Once <see cref="SendAsync"/> has returned, somebody else answers for the message. <see cref="TransportException"/> says that
/// nobody does; anything else that is thrown means that it is not known. Safe for parallel use.
/// </remarks>
internal interface ITransport
{
    Channel Channel { get; }

    Task SendAsync(Parcel parcel, CancellationToken cancellationToken);
}

/// <summary>A message was not taken. The reason is a code of ours, never words of the other side: those may repeat the address.</summary>
internal sealed class TransportException(string reason, bool forGood, Exception? cause = null) : Exception($"Not taken: {reason}", cause)
{
    /// <summary>A short lower-snake-case code, such as <c>no_starttls</c> or <c>smtp_550</c>.</summary>
    public string Reason => reason;

    /// <summary>Trying again would not help.</summary>
    public bool ForGood => forGood;
}
