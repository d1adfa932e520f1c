using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Palisade.Tokens.Internal;

/// <summary>Keeps this node's keys those of the ring: a rotation or a retirement anywhere is known here two seconds later.</summary>
internal sealed class KeyFollower(TokenKeys keys, ILogger<KeyFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var adopted = false;
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await keys.FollowAsync(stoppingToken);
                if (!adopted)
                {
                    await keys.AdoptAlgorithmAsync(stoppingToken);
                    adopted = true;
                }
            }
            catch (NpgsqlException exception)
            {
                // No caller is let in meanwhile: each of them is asked for in PostgreSQL too.
                logger.LogWarning(exception, "The keys could not be read; the next round tries again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
