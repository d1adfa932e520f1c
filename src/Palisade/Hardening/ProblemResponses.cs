using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Validation;

namespace Palisade.Hardening;

/// <summary>The one place that turns a refusal or a failure into an answer: <c>application/problem+json</c>, RFC 9457.</summary>
public static class ProblemResponses
{
    private const string QueryCanceled = PostgresErrorCodes.QueryCanceled;

    /// <summary>The problem as a handler's result.</summary>
    public static IResult Result(this Problem problem, TimeSpan? retryAfter = null) => new ProblemResult(problem, [], retryAfter, null);

    /// <summary>The problem, naming the permission that is missing. Only Development tells (R084).</summary>
    internal static IResult Forbidden(string? permission) => new ProblemResult(Problem.Forbidden, [], null, permission);

    /// <summary>Writes the problem as the whole response.</summary>
    public static async Task WriteAsync(
        HttpContext context, Problem problem, IReadOnlyList<FieldError>? errors = null, TimeSpan? retryAfter = null, string? permission = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(problem);
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (problem.Status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
        {
            response.Headers.WWWAuthenticate = problem.Challenge;
        }

        if (retryAfter is { } wait || problem.Status == StatusCodes.Status503ServiceUnavailable && (wait = TimeSpan.FromSeconds(1)) > TimeSpan.Zero)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", $"/problems/{problem.Code}");
        json.WriteString("title", problem.Title);
        json.WriteNumber("status", problem.Status);
        json.WriteString("code", problem.Code);
        json.WriteString("requestId", context.TraceIdentifier);
        if (permission is not null)
        {
            json.WriteString("permission", permission);
        }

        if (errors is { Count: > 0 })
        {
            json.WriteStartArray("errors");
            foreach (var error in errors)
            {
                json.WriteStartObject();
                json.WriteString("field", error.Field);
                json.WriteString("code", error.Code);
                json.WriteString("message", error.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>What an exception means to the caller. The unknown is <see cref="Problem.Internal"/>, with no message.</summary>
    internal static (Problem Problem, IReadOnlyList<FieldError> Errors, TimeSpan? RetryAfter) Explain(Exception exception) => exception switch
    {
        ProblemException known => (known.Problem, [], known.RetryAfter),
        InvalidRequestException invalid => (Problem.InvalidRequest, invalid.Errors, null),
        BadHttpRequestException { InnerException: JsonException json } => (Problem.MalformedRequest, [FieldOf(json)], null),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (Problem.TooLarge, [], null),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => (Problem.UnsupportedMediaType, [], null),
        BadHttpRequestException => (Problem.MalformedRequest, [], null),
        InvalidDataException => (Problem.MalformedRequest, [], null), // multipart that is not
        PostgresException { SqlState: QueryCanceled } => (Problem.TimedOut, [], null),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => (Problem.Unavailable, [], null),
        PostgresException { SqlState: ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..] } => (Problem.Unavailable, [], null),
        PostgresException => (Problem.Internal, [], null),
        InsufficientMemoryException => (Problem.Busy, [], null), // a hash found no room
        NpgsqlException or TimeoutException => (Problem.Unavailable, [], null),
        { InnerException: NpgsqlException inner } => Explain(inner),
        _ => (Problem.Internal, [], null),
    };

    /// <summary>Logs what only we should know and answers what the caller may.</summary>
    internal static async Task AnswerAsync(HttpContext context, Exception exception, ILogger logger)
    {
        var (problem, errors, retryAfter) = Explain(exception);
        if (problem.Status >= 500)
        {
            logger.LogError(exception, "{Method} {Route} failed with {ErrorCode}", context.Request.Method, context.RouteTemplate(), problem.Code);
        }

        if (context.Response.HasStarted)
        {
            context.Abort(); // half an answer must not look like a whole one
            return;
        }

        var keep = context.Response.Headers.Where(header => header.Key != "Content-Length" && header.Key != "Content-Type").ToList();
        context.Response.Clear();
        foreach (var header in keep)
        {
            context.Response.Headers[header.Key] = header.Value;
        }

        await WriteAsync(context, problem, errors, retryAfter);
    }

    private static FieldError FieldOf(JsonException exception)
    {
        // The path is ours ("$.address.lines[0]"); the message may repeat the value, so it is not used. An unknown member's
        // name is the caller's own text and may be anything: it is cut to what a field name can be.
        var path = exception.Path is { Length: > 2 } text && text.StartsWith("$.", StringComparison.Ordinal) ? text[2..] : "";
        var field = new string([.. path.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '[' or ']').Take(80)]);
        return new FieldError(field, "malformed", "This could not be read: it is malformed, of the wrong type, repeated or unknown.");
    }

    private sealed class ProblemResult(Problem problem, IReadOnlyList<FieldError> errors, TimeSpan? retryAfter, string? permission) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem, errors, retryAfter, permission);
    }
}
