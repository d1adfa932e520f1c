using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Console.Internal;
using Palisade.Validation;

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
        var console = routes.MapGroup("").ValidatesRequests();
        foreach (var page in ConsolePages.All)
        {
            console.MapMethods(page.Path, reads, PageEndpoint.Of(page)).OpenToAnyone(HoldsNoData);
        }

        console.MapMethods("/console/{**elsewhere}", reads, PageEndpoint.Of(ConsolePages.NotFound)).OpenToAnyone(HoldsNoData);
        console.MapMethods($"{Assets.Root}/{{version}}/{{name}}", reads, (Func<HttpContext, Task>)Assets.ServeAsync)
            .OpenToAnyone("the console's own files, the same for everybody");
        console.MapMethods("/", reads, () => Results.Redirect(ConsolePages.Start)).OpenToAnyone("leads to the console");
    }
}
