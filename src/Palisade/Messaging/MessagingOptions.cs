namespace Palisade.Messaging;

/// <summary>How people are written to.</summary>
public sealed class MessagingOptions
{
    /// <summary>The origin of every link; never taken from a request (H7).</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>How this installation calls itself in messages.</summary>
    public string Name { get; init; } = "Palisade";

    /// <summary>The language of accounts that have none. One of those there is a file for.</summary>
    public string Locale { get; init; } = "en";

    /// <summary>The folder that mails and SMS are written to where no server is set.</summary>
    public required string Folder { get; init; }

    /// <summary>How long one delivery may take. Default 60 s.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the outbox is looked into. Default 1 s.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a process keeps a message it took. MUST be longer than <see cref="SendTimeout"/>. Default 2 min.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);
}
