using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Palisade.Hardening.Internal;

/// <summary>Every request has an id, in its answer, its log lines and its audit entries (R167).</summary>
/// <remarks>A client's own <c>X-Correlation-ID</c> is kept beside it when it is harmless; it never replaces ours, which is unique.</remarks>
internal sealed class RequestIdMiddleware(RequestDelegate next, TimeProvider clock, ILogger<RequestIdMiddleware> logger)
{
    private const int LongestCorrelationId = 64;

    public async Task InvokeAsync(HttpContext context)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        context.TraceIdentifier = id;
        context.Response.Headers["X-Request-ID"] = id;
        var correlation = context.Request.Headers["X-Correlation-ID"].ToString();
        if (IsHarmless(correlation))
        {
            context.Response.Headers["X-Correlation-ID"] = correlation;
        }
        else
        {
            correlation = null;
        }

        using (logger.BeginScope(new Dictionary<string, object?> { ["RequestId"] = id, ["CorrelationId"] = correlation }))
        {
            await next(context);
        }
    }

    private static bool IsHarmless(string text) =>
        text.Length is > 0 and <= LongestCorrelationId && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
