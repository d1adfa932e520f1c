using Microsoft.Extensions.DependencyInjection;

namespace Palisade.Configuration;

/// <summary>The front door: how a host gets its settings.</summary>
/// <example>
/// <code>
/// var read = ProcessSettings.Load(Environment.CurrentDirectory);
/// if (!read.WriteTo(Console.Error)) { return 1; }
/// builder.Services.AddPalisadeSettings(read.Settings!);
/// </code>
/// </example>
public static class ConfigurationExtensions
{
    /// <summary>Makes checked settings available to every capability.</summary>
    public static IServiceCollection AddPalisadeSettings(this IServiceCollection services, PalisadeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(settings);
        return services
            .AddSingleton(settings)
            .AddSingleton(settings.Database)
            .AddSingleton(settings.Secrets);
    }
}
