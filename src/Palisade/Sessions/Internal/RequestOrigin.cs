using Microsoft.AspNetCore.Http;

namespace Palisade.Sessions.Internal;

/// <summary>Where a browser says a request came from. Scripts cannot set these headers.</summary>
internal enum Origin
{
    /// <summary>Neither Fetch Metadata nor <c>Origin</c>: not a current browser, or a navigation.</summary>
    Unsaid,

    /// <summary>From a page of this very origin, or of one the settings allow.</summary>
    Own,

    /// <summary>From anywhere else, other sub-domains included.</summary>
    Foreign,
}

/// <summary>Judges where requests come from. Origins that CORS allows are as good as our own: they may act for their user, with the token.</summary>
internal sealed class RequestOrigin(SessionOptions options)
{
    internal Origin Of(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (options.AllowedOrigins.Contains(origin))
        {
            return Origin.Own;
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site == "same-origin" ? Origin.Own : Origin.Foreign;
        }

        return origin.Length == 0
            ? Origin.Unsaid
            : string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) ? Origin.Own : Origin.Foreign;
    }

    /// <summary>Whether a foreign page makes a part of itself of it: an image, a script, a frame. What its scripts fetch is CORS's business, and links lead here as ever.</summary>
    internal bool IsEmbedding(HttpRequest request) =>
        request.Headers["Sec-Fetch-Dest"].ToString() is not ("" or "empty" or "document") && Of(request) == Origin.Foreign;

    /// <summary>Whether the request shows that a browser sends it: Fetch Metadata, or <c>Origin</c>.</summary>
    internal static bool IsSaid(HttpRequest request) => request.Headers.Origin.Count > 0 || request.Headers["Sec-Fetch-Site"].Count > 0;

    internal static bool IsUnsafe(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
}
