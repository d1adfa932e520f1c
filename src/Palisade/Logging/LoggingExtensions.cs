using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Palisade.Configuration;
using Palisade.Logging.Internal;

namespace Palisade.Logging;

/// <summary>The front door: JSON lines on standard output and in files that roll, with secrets hidden before a line
/// exists.</summary>
public static class LoggingExtensions
{
    /// <summary>Writes one line for each request, at <c>info</c>, in the category <c>Palisade.Access</c>.</summary>
    public static IApplicationBuilder UseAccessLog(this IApplicationBuilder app) => app.UseMiddleware<AccessLogMiddleware>();

    /// <summary>Replaces every logging provider by Palisade's.</summary>
    /// <remarks>
    /// <para>Files in <c>LOG_FOLDER</c>, by UTC day and size: <c>app</c> and <c>security</c> (90 days, 100 MB a file),
    /// <c>security-critical</c> (errors only, 365 days, 100 MB), <c>audit</c> (2557 days, 200 MB). Which line goes where:
    /// <see cref="LogCategories"/>.</para>
    /// <para>Security and audit lines are with the operating system when the call returns, whatever <c>LOG_LEVEL</c> says.
    /// Other lines, and the console, are written in the background and dropped, counted, when 10 000 wait. A full disk never
    /// throws.</para>
    /// <para>In Development a terminal shows text; everywhere else standard output is JSON too.</para>
    /// </remarks>
    public static IServiceCollection AddPalisadeLogging(this IServiceCollection services, PalisadeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(settings);
        services.TryAddSingleton(TimeProvider.System);
        return services.AddLogging(logging =>
        {
            logging.ClearProviders();
            // A rule for this provider outranks any that names none: no filter of the host can silence the security log.
            logging.AddFilter<PalisadeLoggerProvider>(category: null, LogLevel.Trace);
            logging.Services.AddSingleton<ILoggerProvider>(provider => new PalisadeLoggerProvider(
                settings,
                provider.GetRequiredService<TimeProvider>(),
                Console.Out,
                consoleIsTerminal: !Console.IsOutputRedirected));
        });
    }
}
