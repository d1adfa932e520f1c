using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Logging;
using Palisade.Crm.Tests.Surface;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Hardening;

public sealed class ProblemTests(ProblemTests.Failing acme) : IClassFixture<ProblemTests.Failing>
{
    private const string Secret = "SELECT password FROM accounts WHERE path = '/srv/palisade/Secret.cs'";

    [Fact, Requirement("R291"), Asvs("V16.5.1")]
    public async Task An_unexpected_failure_tells_the_caller_nothing_and_the_log_everything()
    {
        var answer = await acme.Ada.GetAsync("/probe/fails");

        Assert.Equal((HttpStatusCode.InternalServerError, "internal", "Internal server error."), (answer.Status, answer.Code, answer["title"]));
        Assert.Equal(["type", "title", "status", "code", "requestId"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.DoesNotContain("SELECT", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(".cs", answer.Text, StringComparison.Ordinal);
        var line = Assert.Single(acme.Log.Lines, line => line.Level == LogLevel.Error && line.RequestId == answer["requestId"]);
        Assert.Equal(Secret, line.Exception!.Message);
        Assert.Contains(nameof(ProblemTests), line.Exception.StackTrace, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not_found")]
    [InlineData("GET", "/api/estates/01900000-0000-7000-8000-000000000000", 404, "not_found")]
    [InlineData("PUT", "/api/estates", 405, "method_not_allowed")]
    [InlineData("PROPFIND", "/api/estates", 405, "method_not_allowed")]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, int status, string code)
    {
        var answer = await acme.Ada.SendAsync(new HttpMethod(method), path);

        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
        Assert.Null(Problems.Fault(answer));
    }

    [Fact]
    public async Task A_405_names_the_methods_there_are()
    {
        var answer = await acme.Ada.SendAsync(HttpMethod.Put, "/api/estates");

        Assert.Equal(["GET", "POST"], answer.ContentHeaders.Allow.Order());
    }

    [Fact]
    public async Task A_body_of_another_type_is_415_before_and_after_sign_in()
    {
        using var stranger = acme.Crm.NewClient();
        foreach (var client in new[] { acme.Ada, stranger })
        {
            using var body = new StringContent("name=x", null, "application/x-www-form-urlencoded");
            var answer = await client.SendAsync(HttpMethod.Post, "/auth/login", body);
            Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task A_HEAD_is_answered_without_a_body()
    {
        var answer = await acme.Ada.SendAsync(HttpMethod.Head, "/nowhere");

        Assert.Equal((HttpStatusCode.NotFound, ""), (answer.Status, answer.Text));
    }

    [Fact, Requirement("R253")]
    public async Task A_statement_of_six_seconds_is_cancelled_on_the_server_after_five()
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await acme.Ada.GetAsync("/probe/sleeps");

        Assert.Equal((HttpStatusCode.GatewayTimeout, "timed_out"), (answer.Status, answer.Code));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 4.5, 5.9);
        Assert.Empty(await acme.Crm.Behind.RowsAsync("SELECT query FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND datname = current_database()"));
    }

    public sealed class Failing(TestCluster cluster) : Acme(cluster)
    {
        public CapturedLog Log { get; } = new();

        protected override void Configure(WebApplicationBuilder builder)
        {
            Log.Listen(builder, LogLevel.Warning);
            builder.Services
                .AddSingleton<IStartupFilter>(new ProbeFilter("/probe/fails", _ => throw new InvalidOperationException(Secret)))
                .AddSingleton<IStartupFilter>(new ProbeFilter("/probe/sleeps", SleepAsync));
        }

        private static async Task SleepAsync(HttpContext context)
        {
            var database = context.RequestServices.GetRequiredService<PalisadeDatabase>();
            await using var work = await database.BeginAsync(new Tenancy.TenantId(Guid.Empty), Palisade.Audit.RequestFacts.OfProcess("test"), context.RequestAborted);
            await work.ExecuteAsync("SELECT pg_sleep(6)", [], context.RequestAborted);
        }
    }
}
