using System.Security.Cryptography;

namespace Palisade.Messaging.Internal;

/// <summary>When to try again: 30 s, doubled with each attempt, at most an hour; a random half of it taken off, so that nodes do not come back together.</summary>
internal static class Backoff
{
    private const double First = 30;
    private const double Longest = 3600;

    public static TimeSpan After(int attempts)
    {
        var seconds = Math.Min(First * Math.Pow(2, Math.Max(0, attempts - 1)), Longest);
        return TimeSpan.FromSeconds(seconds * (1 - RandomNumberGenerator.GetInt32(500) / 1000.0));
    }
}
