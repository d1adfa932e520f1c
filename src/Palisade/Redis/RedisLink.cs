using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Palisade.Redis;

/// <summary>The one way to Redis, and the only file that knows its client.</summary>
/// <remarks>
/// Nothing here throws because Redis is away, slow, full, restarted or a replica now: the caller is told, within
/// <see cref="RedisOptions.Patience"/>, that it has to do without, and <c>palisade_redis_fallbacks_total</c> counts it. The
/// connection comes back by itself.
/// </remarks>
public sealed partial class RedisLink : IAsyncDisposable
{
    private const string TheOnlyPolicy = "noeviction";

    private readonly RedisOptions options;
    private readonly ILogger<RedisLink> logger;
    private readonly Counter<long> fallbacks;
    private ConnectionMultiplexer? connection;
    private bool away;

    /// <summary>Connects to nothing yet.</summary>
    public RedisLink(RedisOptions options, IMeterFactory meters, ILogger<RedisLink> logger)
    {
        ArgumentNullException.ThrowIfNull(meters);
        (this.options, this.logger) = (options, logger);
        fallbacks = meters.Create("Palisade").CreateCounter<long>("palisade_redis_fallbacks_total", description: "Times that Redis was asked and work went on without it");
    }

    /// <summary>Whether there is a Redis at all.</summary>
    public bool IsConfigured => options.Address is not null;

    /// <summary>Connects, or starts trying to; a Redis that is away is no reason not to start.</summary>
    /// <exception cref="UnsafeRedisException">It may throw keys away to make room. What limits and counts rely on must not vanish while it counts.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (options.Address is null || connection is not null)
        {
            return;
        }

        connection = await ConnectionMultiplexer.ConnectAsync(Parse(new Uri(options.Address))).WaitAsync(cancellationToken);
        connection.ConnectionFailed += (_, _) => Lost();
        connection.ConnectionRestored += (_, _) => Found();
        if (await PolicyAsync() is { } policy && policy != TheOnlyPolicy)
        {
            throw new UnsafeRedisException(
                $"Redis has maxmemory-policy {policy}, which throws keys away when memory is short. Set it to {TheOnlyPolicy} in redis.conf, or with CONFIG SET maxmemory-policy {TheOnlyPolicy}.");
        }
    }

    /// <summary>Tells every subscriber of the channel. Answers whether Redis took it; an empty message, for it is a bell and no letter.</summary>
    public async Task<bool> TryPublishAsync(string channel)
    {
        try
        {
            if (connection is { } redis)
            {
                await redis.GetSubscriber().PublishAsync(channel, RedisValue.EmptyString).WaitAsync(options.Patience);
                Found();
                return true;
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            Lost();
        }

        fallbacks.Add(1);
        return false;
    }

    /// <summary>From now on, <paramref name="heard"/> is called for each message of the channel, after a reconnection too. It MUST be quick and MUST NOT throw.</summary>
    public void Subscribe(string channel, Action heard)
    {
        try
        {
            // Kept by the client and made again on every connection, however often it is lost.
            connection?.GetSubscriber().SubscribeAsync(channel, (_, _) => heard());
        }
        catch (RedisException)
        {
            Lost();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (connection is { } redis)
        {
            await redis.CloseAsync(allowCommandsToComplete: false);
            redis.Dispose();
        }
    }

    private static ConfigurationOptions Parse(Uri address)
    {
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            AllowAdmin = true, // or INFO is withheld; nothing else of an administrator's is ever sent
            ClientName = "palisade",
            ConnectTimeout = 1000,
            SyncTimeout = 1000,
            KeepAlive = 10,
            Ssl = address.Scheme == "rediss",
            SslHost = address.Host,
            Password = Uri.UnescapeDataString(address.UserInfo[(address.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..]) is { Length: > 0 } password ? password : null,
            ReconnectRetryPolicy = new BackOff(),
        };
        var port = address.Port > 0 ? address.Port : 6379;
        configuration.EndPoints.Add(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(address.Host, port));
        return configuration;
    }

    // From INFO: managed services forbid CONFIG.
    private async Task<string?> PolicyAsync()
    {
        var endpoint = connection!.GetEndPoints()[0];
        try
        {
            var memory = await connection.GetServer(endpoint).InfoAsync("memory").WaitAsync(TimeSpan.FromSeconds(1));
            return memory.SelectMany(section => section).FirstOrDefault(fact => fact.Key == "maxmemory_policy").Value;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            Lost();
            return null;
        }
    }

    private void Lost()
    {
        if (!Interlocked.Exchange(ref away, true))
        {
            RedisLost();
        }
    }

    private void Found()
    {
        if (Volatile.Read(ref away) && Interlocked.Exchange(ref away, false))
        {
            RedisFound();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer; work goes on without it")]
    private partial void RedisLost();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis answers again")]
    private partial void RedisFound();

    /// <summary>50 ms more after each try, 2 s at most (R077).</summary>
    private sealed class BackOff : IReconnectRetryPolicy
    {
        public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry) =>
            timeElapsedMillisecondsSinceLastRetry >= Math.Min(currentRetryCount * 50, 2000);
    }
}
