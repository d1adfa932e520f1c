using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Palisade.Console;

/// <summary>The web console.</summary>
public static class ConsoleExtensions
{
    /// <summary>Adds the console's pages.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services) => services;

    /// <summary>Maps the console's pages.</summary>
    public static void MapConsole(this IEndpointRouteBuilder routes) => ArgumentNullException.ThrowIfNull(routes);
}
