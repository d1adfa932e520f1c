using Microsoft.AspNetCore.Http;

namespace Palisade.Sessions.Internal;

/// <summary>Where a browser says a request came from. Scripts cannot set these headers.</summary>
internal enum Origin
{
    /// <summary>Neither Fetch Metadata nor <c>Origin</c>: not a current browser, or a navigation.</summary>
    Unsaid,

    /// <summary>From a page of this very origin.</summary>
    Own,

    /// <summary>From anywhere else, sub-domains included.</summary>
    Foreign,
}

internal static class RequestOrigin
{
    internal static Origin Of(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site == "same-origin" ? Origin.Own : Origin.Foreign;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            ? Origin.Unsaid
            : string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) ? Origin.Own : Origin.Foreign;
    }

    internal static bool IsUnsafe(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
}
