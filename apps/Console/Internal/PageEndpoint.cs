using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Access;
using Palisade.Console.Layout;
using Palisade.Hardening;
using Palisade.Sessions;

namespace Palisade.Console.Internal;

/// <summary>Renders a page, once, on the server. No component lives on, and nothing of the framework's reaches the browser.</summary>
/// <remarks>
/// Who is not signed in is sent to the sign-in page. That, and leaving out what a role does not allow, is a courtesy: no page
/// holds anything to protect.
/// </remarks>
internal static class PageEndpoint
{
    internal static Func<HttpContext, Task> Of(ConsolePage page) => context => AnswerAsync(context, page);

    private static Task AnswerAsync(HttpContext context, ConsolePage page)
    {
        var caller = context.FindCaller();
        if (caller is null && !page.IsDoor)
        {
            context.Response.Redirect($"{ConsolePages.SignIn}?next={Uri.EscapeDataString(context.Request.Path)}");
            return Task.CompletedTask;
        }

        var next = NextOf(context);
        if (caller is not null && page.Path == ConsolePages.SignIn)
        {
            context.Response.Redirect(next);
            return Task.CompletedTask;
        }

        var permissions = PermissionsOf(context, caller);
        return WriteAsync(context, new PageView(
            page.IsFor(permissions) ? page : ConsolePages.NotForYou,
            caller,
            permissions,
            context.CsrfToken(),
            PageSecurity.Of(context).Nonce,
            context.RequestServices.GetRequiredService<Assets>().Folder)
        {
            Next = next,
            FromAnotherSite = context.Request.Headers["Sec-Fetch-Site"] == "cross-site",
        });
    }

    private static async Task WriteAsync(HttpContext context, PageView view)
    {
        var services = context.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Document.View)] = view });
            return (await renderer.RenderComponentAsync<Document>(parameters)).ToHtmlString();
        });
        context.Response.StatusCode = view.Page.Status;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(html, Encoding.UTF8, context.RequestAborted);
    }

    private static HashSet<string> PermissionsOf(HttpContext context, Caller? caller) => caller is null
        ? []
        : [.. context.RequestServices.GetRequiredService<RoleBook>().Catalogue.NamesIn(caller.Permissions)];

    /// <summary>One of our own pages or the start: an address from a link never decides where a sign-in leads.</summary>
    private static string NextOf(HttpContext context)
    {
        var asked = context.Request.Query["next"].ToString();
        return ConsolePages.All.Any(page => !page.IsDoor && page.IsAt(asked)) ? asked : ConsolePages.Start;
    }
}
