using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Palisade.Hardening;
using Palisade.Validation;

namespace Palisade.Tests.Hardening;

public sealed class ProblemResponsesTests
{
    private const string Secret = "Passw0rd-in-a-message";

    public static TheoryData<Exception, string> Explained { get; } = new()
    {
        { new ProblemException(Problem.Forbidden), "forbidden" },
        { new InvalidRequestException([new FieldError("name", "required", "This is required.")]), "validation_failed" },
        { new BadHttpRequestException(Secret, 400, new JsonException(Secret, "$.name", 1, 1)), "malformed_request" },
        { new BadHttpRequestException(Secret, 413), "payload_too_large" },
        { new BadHttpRequestException(Secret, 415), "unsupported_media_type" },
        { new BadHttpRequestException(Secret, 408), "malformed_request" },
        { new InvalidDataException(Secret), "malformed_request" },
        { Postgres("57014"), "timed_out" },
        { Postgres("55P03"), "unavailable" },
        { Postgres("53300"), "unavailable" },
        { Postgres("57P01"), "unavailable" },
        { Postgres("08006"), "unavailable" },
        { Postgres("42501"), "internal" },
        { Postgres("23505"), "internal" },
        { new NpgsqlException(Secret, new TimeoutException()), "unavailable" },
        { new TimeoutException(Secret), "unavailable" },
        { new InvalidOperationException(Secret, new NpgsqlException(Secret)), "unavailable" },
        { new InvalidOperationException(Secret), "internal" },
        { new IOException(Secret), "internal" },
    };

    [Theory]
    [MemberData(nameof(Explained), DisableDiscoveryEnumeration = true)]
    public async Task Each_failure_is_one_stable_code_and_never_its_own_words(Exception exception, string code)
    {
        var (problem, errors, _) = ProblemResponses.Explain(exception);
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await ProblemResponses.WriteAsync(context, problem, errors);
        await context.Response.CompleteAsync();

        context.Response.Body.Position = 0;
        var text = await new StreamReader(context.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(code, problem.Code);
        Assert.Equal($"/problems/{code}", JsonDocument.Parse(text).RootElement.GetProperty("type").GetString());
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_an_unknown_member_is_cut_to_what_a_name_can_be()
    {
        var (_, errors, _) = ProblemResponses.Explain(new BadHttpRequestException("", 400, new JsonException("", "$.<script>\r\n['x']" + new string('a', 200), 1, 1)));

        Assert.Matches("^[A-Za-z0-9._\\[\\]]{0,80}$", Assert.Single(errors).Field);
    }

    private static PostgresException Postgres(string state) => new(Secret, "ERROR", "ERROR", state);
}
