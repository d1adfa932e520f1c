using System.Diagnostics.Metrics;
using Palisade.Hardening;

namespace Palisade.Accounts.Internal;

/// <summary>Bounds how many password hashes run at once.</summary>
/// <remarks>
/// A permit belongs to the hash, not to the request that asked for it: when the client hangs up, the hash still runs to its
/// end, and only then the permit is free. Otherwise clients that hang up would pile up hashes until memory is gone.
/// </remarks>
internal sealed class HashPool : IDisposable
{
    private readonly SemaphoreSlim permits;
    private readonly TimeSpan patience;
    private readonly Counter<long> hashes;

    public HashPool(AccountOptions options, IMeterFactory meters)
    {
        permits = new SemaphoreSlim(options.ParallelHashes);
        patience = options.HashPatience;
        hashes = meters.Create("Palisade").CreateCounter<long>("palisade_password_hashes_total", description: "Password hashes computed");
    }

    /// <summary>Runs the hash when a permit is free.</summary>
    /// <exception cref="ProblemException">None was in time: 503 <c>busy</c>.</exception>
    public async Task<T> RunAsync<T>(Func<T> hash, CancellationToken cancellationToken)
    {
        if (!await permits.WaitAsync(patience, cancellationToken))
        {
            throw new ProblemException(Problem.Busy, TimeSpan.FromSeconds(2));
        }

        return await Task.Run(
            () =>
            {
                try
                {
                    hashes.Add(1);
                    return hash();
                }
                finally
                {
                    permits.Release();
                }
            },
            CancellationToken.None);
    }

    public void Dispose() => permits.Dispose();
}
