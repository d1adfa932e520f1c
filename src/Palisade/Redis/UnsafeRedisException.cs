namespace Palisade.Redis;

/// <summary>This Redis may not be used as it is set up; the message says what to change.</summary>
public sealed class UnsafeRedisException(string message) : Exception(message);
