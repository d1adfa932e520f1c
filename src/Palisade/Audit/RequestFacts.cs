using System.Net;
using Palisade.Access;

namespace Palisade.Audit;

/// <summary>What is known of the request that a security event happens in.</summary>
/// <param name="RequestId">As answered in <c>X-Request-ID</c>.</param>
/// <param name="Method">HTTP method, or the command's name outside HTTP.</param>
/// <param name="Route">The route template, never the address: addresses carry ids and search words.</param>
/// <param name="Address">The client's address after trusted proxies, or <see langword="null"/> outside HTTP.</param>
/// <param name="UserAgent">At most 512 characters of it.</param>
/// <param name="Caller">Who is signed in, or <see langword="null"/>.</param>
public sealed record RequestFacts(string RequestId, string Method, string? Route, IPAddress? Address, string? UserAgent, Caller? Caller)
{
    /// <summary>Facts of work that no request asked for, such as a start or a command.</summary>
    public static RequestFacts OfProcess(string command) => new("-", command, null, null, null, null);
}
