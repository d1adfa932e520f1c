using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Console.Internal;

namespace Palisade.Console;

/// <summary>The web console: pages that are clients of the public JSON API, with no privilege of their own.</summary>
/// <remarks>
/// A page is rendered with its labels, forms and empty tables, and no row of anybody's data; scripts of ours fetch that with
/// the caller's own session. What a caller may see is therefore decided by the API alone, and a page may be served to anyone.
/// </remarks>
public static class ConsoleExtensions
{
    private const string HoldsNoData = "a page holds labels and no data; the API decides";

    /// <summary>Adds what the pages are served from.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services) => services.AddSingleton<Assets>();

    /// <summary>Maps the pages of <see cref="ConsolePages"/> and the files they load.</summary>
    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        string[] reads = ["GET", "HEAD"];
        foreach (var page in ConsolePages.All)
        {
            routes.MapMethods(page.Path, reads, PageEndpoint.Of(page)).OpenToAnyone(HoldsNoData);
        }

        routes.MapMethods("/console/{**elsewhere}", reads, PageEndpoint.Of(ConsolePages.NotFound)).OpenToAnyone(HoldsNoData);
        routes.MapMethods($"{Assets.Root}/{{version}}/{{name}}", reads, Assets.ServeAsync)
            .OpenToAnyone("the console's own files, the same for everybody");
        routes.MapMethods("/", reads, context =>
        {
            context.Response.Redirect(ConsolePages.Start);
            return Task.CompletedTask;
        }).OpenToAnyone("leads to the console");
    }
}
