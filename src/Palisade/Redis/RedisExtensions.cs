using Microsoft.Extensions.DependencyInjection;

namespace Palisade.Redis;

/// <summary>The Redis that several servers share. It speeds them up and is the record of nothing: it may lose everything at any time.</summary>
public static class RedisExtensions
{
    /// <summary>Adds the way to Redis; without an address, everything that would use it goes on in process.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="address"><c>rediss://</c> or <c>redis://</c>, with its password; or <see langword="null"/>.</param>
    public static IServiceCollection AddRedis(this IServiceCollection services, string? address)
    {
        services.AddSingleton(new RedisOptions { Address = address });
        services.AddSingleton<RedisLink>();
        return services;
    }
}
