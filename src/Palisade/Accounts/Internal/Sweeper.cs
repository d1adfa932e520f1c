using Microsoft.Extensions.Logging;
using Palisade.Audit;
using Palisade.Devices;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Accounts.Internal;

/// <summary>Removes what is over: lanes, challenges, ceremonies and codes nobody answers any more, spent captchas, dead links, devices not seen for a year, and changes of sessions that every node knows.</summary>
/// <remarks>A flood of made-up addresses leaves nothing behind for long.</remarks>
internal sealed class Sweeper(PalisadeDatabase database, Registrations registrations, TimeProvider clock, ILogger<Sweeper> logger) : Upkeep(TimeSpan.FromMinutes(10), logger)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public override async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginSystemAsync(RequestFacts.OfProcess("sweep"), cancellationToken);
        var removed = 0;
        // A lane whose window and lock are a day past cannot hold a failure that counts; what is pending then, died long ago.
        removed += await RemoveAsync(
            work, "accounts.attempt_lanes", "greatest(window_ends_at, locked_until, (SELECT max(dies) FROM unnest(pending) AS dies)) < $1", now - Day, cancellationToken);
        foreach (var table in new[] { "mfa.challenges", "mfa.passkey_ceremonies", "mfa.sms_codes", "captcha.spent", "passwords.resets", "accounts.email_changes" })
        {
            removed += await RemoveAsync(work, table, "expires_at < $1", now - Day, cancellationToken);
        }

        removed += await registrations.SweepAsync(work, Batch, cancellationToken);
        removed += await RemoveAsync(work, "devices.devices", "last_seen_at < $1", now - DeviceOptions.Life, cancellationToken);
        removed += await UsedProofs.SweepAsync(work, now, Batch, cancellationToken);
        // By the database's clock, which dated them. Every node has followed for an hour, or has forgotten all it had.
        removed += await work.ExecuteAsync(
            "DELETE FROM sessions.changes WHERE id IN (SELECT id FROM sessions.changes WHERE written_at < now() - interval '1 hour' LIMIT $1)", [Batch], cancellationToken);
        await work.CommitAsync(cancellationToken);
        return removed;
    }
}
