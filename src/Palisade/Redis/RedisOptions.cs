namespace Palisade.Redis;

/// <summary>Where Redis is, and how long anybody waits for it.</summary>
public sealed class RedisOptions
{
    /// <summary><c>rediss://:password@host:port</c> (TLS, the certificate checked) or <c>redis://</c>; <see langword="null"/>: there is none.</summary>
    public string? Address { get; init; }

    /// <summary>The longest that anything waits for an answer; then it goes on as if there were no Redis. Default 250 ms.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(250);
}
