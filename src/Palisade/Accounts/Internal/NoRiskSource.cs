using System.Net;

namespace Palisade.Accounts.Internal;

/// <summary>Nothing is known about anybody.</summary>
internal sealed class NoRiskSource : IRiskSource
{
    public ValueTask<int> ReputationOfAsync(IPAddress? address, CancellationToken cancellationToken) => ValueTask.FromResult(0);
}
