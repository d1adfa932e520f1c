using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Audit;
using Palisade.Devices;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Accounts.Internal;

/// <summary>Removes what is over: lanes nobody used for a day, challenges, spent captchas, devices not seen for a year, and changes of sessions that every node knows. A flood of made-up addresses leaves nothing behind for long.</summary>
internal sealed class Sweeper(PalisadeDatabase database, Registrations registrations, TimeProvider clock, ILogger<Sweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LaneLife = TimeSpan.FromDays(1);

    // Bounded, so that a million rows are many short transactions and never a long one.
    private const int Batch = 10_000;

    /// <summary>Removes one batch of each; answers how many rows went.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("sweep"), cancellationToken);
        // A lane whose window and lock are a day past cannot hold a failure that counts; what is pending then, died long ago.
        var lanes = await work.ExecuteAsync(
            """
            DELETE FROM accounts.attempt_lanes WHERE lane IN (
                SELECT lane FROM accounts.attempt_lanes
                WHERE greatest(window_ends_at, locked_until, (SELECT max(dies) FROM unnest(pending) AS dies)) < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
            """,
            [now - LaneLife, Batch],
            cancellationToken);
        var challenges = await work.ExecuteAsync(
            "DELETE FROM mfa.challenges WHERE hash IN (SELECT hash FROM mfa.challenges WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            [now - LaneLife, Batch],
            cancellationToken);
        var unconfirmed = await registrations.SweepAsync(work, Batch, cancellationToken);
        var captchas = await work.ExecuteAsync(
            "DELETE FROM captcha.spent WHERE hash IN (SELECT hash FROM captcha.spent WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            [now - LaneLife, Batch],
            cancellationToken);
        var devices = await work.ExecuteAsync(
            "DELETE FROM devices.devices WHERE id IN (SELECT id FROM devices.devices WHERE last_seen_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            [now - DeviceOptions.Life, Batch],
            cancellationToken);
        var proofs = await DpopProofs.SweepAsync(work, now, Batch, cancellationToken);
        // By the database's clock, which dated them. Every node has followed for an hour, or has forgotten all it had.
        var changes = await work.ExecuteAsync(
            "DELETE FROM sessions.changes WHERE id IN (SELECT id FROM sessions.changes WHERE written_at < now() - interval '1 hour' LIMIT $1)",
            [Batch],
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return lanes + challenges + captchas + devices + unconfirmed + proofs + changes;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await SweepAsync(stoppingToken) >= Batch)
                {
                }
            }
            catch (NpgsqlException exception)
            {
                logger.LogWarning(exception, "What is over was not removed; the next round tries again");
            }
        }
    }
}
