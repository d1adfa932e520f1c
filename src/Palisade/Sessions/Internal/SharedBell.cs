using Microsoft.Extensions.Hosting;
using Palisade.Redis;

namespace Palisade.Sessions.Internal;

/// <summary>Carries the bell to the other servers, through Redis where there is one. Without it they look five times a second anyway.</summary>
internal sealed class SharedBell(Bell bell, RevocationStream stream, RedisLink redis) : BackgroundService
{
    private const string Channel = "palisade:changes";

    private readonly SemaphoreSlim rung = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!redis.IsConfigured)
        {
            return;
        }

        redis.Subscribe(Channel, stream.Wake);
        bell.Listen(rung.ReleaseOnce);
        while (true)
        {
            // One message at a time: those who ring while it is under way are told together by the next.
            await rung.WaitAsync(stoppingToken);
            await redis.TryPublishAsync(Channel);
        }
    }
}
