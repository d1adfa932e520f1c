using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Palisade.Hardening.Internal;

/// <summary>Every text we take is UTF-8 (RFC 8259, section 8.1). A body that says it is in another encoding is refused, unread.</summary>
/// <remarks>The framework would convert it, and would fail, as if the fault were ours, on an encoding it has never heard of.</remarks>
internal sealed class Utf8BodyMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var isUtf8 = context.Request.ContentType is not { } type
            || !type.Contains("charset", StringComparison.OrdinalIgnoreCase)
            || !MediaTypeHeaderValue.TryParse(type, out var parsed)
            || parsed.Charset.Length == 0
            || HeaderUtilities.RemoveQuotes(parsed.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        return isUtf8 ? next(context) : ProblemResponses.WriteAsync(context, Problem.UnsupportedMediaType);
    }
}
