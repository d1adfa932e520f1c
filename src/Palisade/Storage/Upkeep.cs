using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Palisade.Storage;

/// <summary>Removes again and again what is over, in short transactions. Any number of nodes may do it at once.</summary>
internal abstract class Upkeep(TimeSpan interval, ILogger logger) : BackgroundService
{
    // Bounded, so that a million rows are many short transactions and never a long one.
    protected const int Batch = 10_000;

    /// <summary>One round; answers how many rows went. A full batch is followed by another at once.</summary>
    public abstract Task<int> RunAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await RunAsync(stoppingToken) >= Batch)
                {
                }
            }
            catch (NpgsqlException exception)
            {
                logger.LogWarning(exception, "What is over was not removed; the next round tries again");
            }
        }
    }

    /// <summary>Removes at most a batch of the rows of which <paramref name="over"/>, a condition on <c>$1</c>, is true. Rows that somebody holds stay for the next round.</summary>
    protected static Task<int> RemoveAsync(UnitOfWork work, string table, string over, DateTimeOffset before, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            $"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {over} LIMIT {Batch} FOR UPDATE SKIP LOCKED))", [before], cancellationToken);
}
