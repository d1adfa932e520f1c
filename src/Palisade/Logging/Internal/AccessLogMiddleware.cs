using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Palisade.Access;
using Palisade.Hardening;

namespace Palisade.Logging.Internal;

/// <summary>One line for each request, when it has been answered: what was asked, how it ended, how long it took, who asked (R292).</summary>
/// <remarks>
/// It names the route's template and never the address or the query: those carry ids, search words and sometimes secrets. A
/// request whose client went away before the answer began has the status 499. The category is <see cref="Category"/>, at
/// <c>info</c>; at a higher level nothing is measured and nothing is spent. MUST stand inside the request's id and around
/// everything that answers.
/// </remarks>
internal sealed partial class AccessLogMiddleware(RequestDelegate next, TimeProvider clock, ILoggerFactory loggers)
{
    internal const string Category = "Palisade.Access";

    // nginx's code for a client that hung up; HTTP has none, since nobody is left to read it.
    private const int ClientClosedRequest = 499;

    private readonly ILogger logger = loggers.CreateLogger(Category);

    public Task InvokeAsync(HttpContext context) => logger.IsEnabled(LogLevel.Information) ? LogAsync(context) : next(context);

    private async Task LogAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        var body = new CountedBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(context);
        }
        finally
        {
            var response = context.Response;
            Answered(
                context.Request.Method,
                context.RouteTemplate(),
                context.RequestAborted.IsCancellationRequested && !response.HasStarted ? ClientClosedRequest : response.StatusCode,
                Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 1),
                body.Bytes,
                context.FindCaller()?.User);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Method} {Route} {Status} in {DurationMs} ms, {Bytes} bytes, user {UserId}", EventName = "REQUEST")]
    private partial void Answered(string method, string? route, int status, double durationMs, long bytes, Guid? userId);
}
