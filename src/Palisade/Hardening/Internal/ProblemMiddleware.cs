using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Palisade.Hardening.Internal;

/// <summary>Nothing leaves this application as a bare status or a stack trace.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (Exception exception)
        {
            await ProblemResponses.AnswerAsync(context, exception, logger);
            return;
        }

        if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null } response && BareStatus(response.StatusCode) is { } problem)
        {
            await ProblemResponses.WriteAsync(context, problem);
        }
    }

    /// <summary>Statuses that routing and the framework set without a body.</summary>
    private static Problem? BareStatus(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Problem.MalformedRequest,
        StatusCodes.Status404NotFound => Problem.NotFound,
        StatusCodes.Status405MethodNotAllowed => Problem.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => Problem.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => Problem.UnsupportedMediaType,
        _ => null,
    };
}
