using System.Diagnostics.Metrics;
using Palisade.Hardening;

namespace Palisade.Accounts.Internal;

/// <summary>Bounds how many password hashes run at once, how many wait, and who goes first: known devices, then the companies in turn.</summary>
/// <remarks>
/// A permit belongs to the hash, not to the request that asked for it: when the client hangs up, the hash still runs to its
/// end, and only then the permit is free. Otherwise clients that hang up would pile up hashes until memory is gone. Who hangs
/// up while waiting leaves the queue. Accounts that do not exist are one company of their own.
/// </remarks>
internal sealed class HashPool
{
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly FairQueue<TaskCompletionSource> known = new();
    private readonly FairQueue<TaskCompletionSource> strangers = new();
    private readonly AccountOptions options;
    private readonly Counter<long> hashes;
    private readonly Counter<long> refused;
    private readonly UpDownCounter<int> running;
    private int free;
    private int inside;

    public HashPool(AccountOptions options, IMeterFactory meters)
    {
        this.options = options;
        free = options.ParallelHashes;
        var meter = meters.Create("Palisade");
        hashes = meter.CreateCounter<long>("palisade_password_hashes_total", description: "Password hashes computed");
        running = meter.CreateUpDownCounter<int>("palisade_password_hashes_running", description: "Password hashes being computed");
        refused = meter.CreateCounter<long>("palisade_sign_ins_shed_total", description: "Requests told to come back because too many passwords waited");
        meter.CreateObservableGauge("palisade_password_hash_permits", () => options.ParallelHashes, description: "Password hashes that may run at once");
    }

    /// <summary>Lets a request in that will need a hash, before it costs anything else. A quarter of the room is for known devices alone.</summary>
    /// <exception cref="ProblemException">There is no room: 503 <c>busy</c>.</exception>
    public HashPlace Enter(bool isKnown)
    {
        lock (gate)
        {
            if (inside >= (isKnown ? options.HashRoom : options.HashRoom * 3 / 4))
            {
                throw Busy();
            }

            inside++;
        }

        return new HashPlace(this);
    }

    /// <summary>Runs the hash when it is its turn.</summary>
    /// <exception cref="ProblemException">It was not in time: 503 <c>busy</c>.</exception>
    public async Task<T> RunAsync<T>(Func<T> hash, HashPlace place, CancellationToken cancellationToken)
    {
        await TakePermitAsync(place, cancellationToken);
        return await Task.Run(
            () =>
            {
                running.Add(1);
                try
                {
                    hashes.Add(1);
                    return hash();
                }
                finally
                {
                    running.Add(-1);
                    Return();
                }
            },
            CancellationToken.None);
    }

    /// <inheritdoc cref="RunAsync{T}(Func{T}, HashPlace, CancellationToken)"/>
    public async Task<T> RunAsync<T>(Func<T> hash, CancellationToken cancellationToken)
    {
        using var place = Enter(isKnown: false);
        return await RunAsync(hash, place, cancellationToken);
    }

    internal void Leave()
    {
        lock (gate)
        {
            inside--;
        }
    }

    private async Task TakePermitAsync(HashPlace place, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return;
            }

            (place.IsKnown ? known : strangers).Enqueue(place.Company, turn);
        }

        try
        {
            await turn.Task.WaitAsync(options.HashPatience, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (!turn.TrySetCanceled(CancellationToken.None))
            {
                Return(); // its turn came in the same moment
            }

            throw exception is TimeoutException ? Busy() : exception;
        }
    }

    private void Return()
    {
        lock (gate)
        {
            while (known.TryDequeue(out var next) || strangers.TryDequeue(out next))
            {
                if (next.TrySetResult())
                {
                    return; // the permit goes on to who still waits
                }
            }

            free++;
        }
    }

    private ProblemException Busy()
    {
        refused.Add(1);
        return new ProblemException(Problem.Busy, ComeBack);
    }
}

/// <summary>A request that is in the pool's room. It says who it is as soon as that is known.</summary>
internal sealed class HashPlace(HashPool pool) : IDisposable
{
    private HashPool? pool = pool;

    /// <summary>Whether it comes from a device that is known to be its account's.</summary>
    public bool IsKnown { get; set; }

    /// <summary>The account's company; that of accounts that do not exist is empty.</summary>
    public Guid Company { get; set; }

    public void Dispose() => Interlocked.Exchange(ref pool, null)?.Leave();
}
