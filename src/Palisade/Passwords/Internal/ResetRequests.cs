using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Storage;

namespace Palisade.Passwords.Internal;

/// <summary>Somebody forgot the password of this address.</summary>
/// <param name="EmailKey">The address in its comparison form.</param>
/// <param name="Facts">Of the request that said so.</param>
internal sealed record ResetRequest(string EmailKey, RequestFacts Facts)
{
    public override string ToString() => nameof(ResetRequest);
}

/// <summary>Works off forgotten passwords, one after the other, behind the answer that was already given.</summary>
/// <remarks>
/// The caller's request does the same for every address, to the last statement, because none of what differs happens in it. A crash
/// loses what waits here, at most <see cref="Room"/> requests: the person asks again.
/// </remarks>
internal sealed class ResetRequests(PalisadeDatabase database, Resets resets, Outbox outbox, PasswordOptions options, TimeProvider clock, ILogger<ResetRequests> logger)
    : BackgroundService
{
    private const int Room = 1000;

    private readonly Channel<ResetRequest> waiting = System.Threading.Channels.Channel.CreateBounded<ResetRequest>(new BoundedChannelOptions(Room) { SingleReader = true });

    /// <summary>False when too many are waiting, or the process is ending.</summary>
    public bool TryAdd(ResetRequest request) => waiting.Writer.TryWrite(request);

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        waiting.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Until the last that was accepted; the host's patience ends it where the database does not answer.
        await foreach (var request in waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await WorkOffAsync(request);
            }
            catch (NpgsqlException exception)
            {
                logger.LogWarning(exception, "A reset of a password was not mailed; the person has to ask again");
            }
        }
    }

    private async Task WorkOffAsync(ResetRequest request)
    {
        await using var work = await database.BeginSystemAsync(request.Facts, CancellationToken.None);
        var user = await UserStore.FindByEmailAsync(work, request.EmailKey, CancellationToken.None);
        var asked = user is null
            ? new SecurityEvent(SecurityEvents.PasswordResetRequested)
            : new SecurityEvent(SecurityEvents.PasswordResetRequested) { Tenant = user.Tenant }.On("user", user.Id);
        if (user is not { MaySignIn: true })
        {
            await work.RecordAsync(asked.Refused(user is null ? "unknown_account" : $"account_{user.Status}"), CancellationToken.None);
        }
        else
        {
            var (token, hash) = resets.Create();
            var occasion = Occasion.Of(request.Facts, clock.GetUtcNow());
            // First the mail, which the mailbox may have had enough of: a link that was mailed must not die for one that is not (H11).
            if (await outbox.SendAsync(work, Messages.PasswordReset(user.Recipient, token, options.ResetLifetime, occasion), CancellationToken.None))
            {
                await resets.OfferAsync(work, user, hash, CancellationToken.None);
                await work.RecordAsync(asked, CancellationToken.None);
            }
            else
            {
                await work.RecordAsync(asked.Refused("mailed_often_enough"), CancellationToken.None);
            }
        }

        await work.CommitAsync(CancellationToken.None);
    }
}
