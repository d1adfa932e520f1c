using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Palisade.Messaging.Internal;

/// <summary>Looks into the outbox again and again, each channel for itself: a mail server that hangs delays no SMS.</summary>
internal sealed class PostRounds(Postman postman, MessagingOptions options, ILogger<PostRounds> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enum.GetValues<Channel>().Select(channel => RunAsync(channel, stoppingToken)));

    private async Task RunAsync(Channel channel, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Round);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (await postman.DeliverAsync(channel, stoppingToken) > 0)
                    {
                    }
                }
                catch (NpgsqlException exception)
                {
                    logger.LogWarning(exception, "The outbox could not be read; the next round tries again");
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host ends.
        }
    }
}
