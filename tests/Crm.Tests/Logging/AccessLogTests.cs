using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Logging;

public sealed class AccessLogTests(AccessLogTests.Logged acme) : IClassFixture<AccessLogTests.Logged>
{
    [Fact, Requirement("R167", "R292")]
    public async Task Every_request_leaves_one_line_with_route_status_time_user_and_size()
    {
        var estate = await acme.Ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });
        var user = Guid.Parse((await acme.Ada.GetAsync("/account"))["id"]);

        var shown = await acme.Ada.GetAsync($"/api/estates/{estate["id"]}");

        var line = await LineOfAsync(shown);
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal("GET", line.Members["Method"]);
        Assert.Equal("/api/estates/{id:guid}", line.Members["Route"]);
        Assert.Equal(200, line.Members["Status"]);
        Assert.Equal(user, line.Members["UserId"]);
        Assert.Equal((long)Encoding.UTF8.GetByteCount(shown.Text), line.Members["Bytes"]);
        Assert.InRange((double)line.Members["DurationMs"]!, 0.1, 60_000);
    }

    [Theory, Requirement("R292")]
    [InlineData("GET", "/nowhere", 404, null)]
    [InlineData("DELETE", "/api/estates", 405, null)]
    [InlineData("GET", "/api/estates?page=0", 400, "/api/estates")]
    [InlineData("POST", "/auth/login", 400, "/auth/login")]
    public async Task A_refusal_is_logged_with_its_own_status_and_size(string method, string path, int status, string? route)
    {
        var refused = await acme.Ada.SendAsync(new HttpMethod(method), path);

        var line = await LineOfAsync(refused);
        Assert.Equal(status, line.Members["Status"]);
        Assert.Equal((long)Encoding.UTF8.GetByteCount(refused.Text), line.Members["Bytes"]);
        Assert.Equal(route, line.Members["Route"]);
    }

    [Fact, Requirement("R292")]
    public async Task Neither_query_nor_path_values_nor_bodies_reach_the_log()
    {
        await acme.Ada.GetAsync("/api/customers?email=secret-search%40example.com&access_token=secret-token");
        await acme.Ada.GetAsync("/api/estates/secret-id");
        await acme.Ada.PostAsync("/auth/login", new { email = "secret-mail@example.com", password = "secret-Passw0rd!" });
        await acme.Ada.GetAsync("/health/live");

        Assert.DoesNotContain(acme.Log.Lines, line => line.Message.Contains("secret-", StringComparison.Ordinal)
            || line.Members.Values.Any(value => value?.ToString()?.Contains("secret-", StringComparison.Ordinal) is true));
    }

    [Fact]
    public async Task A_stranger_is_logged_as_nobody()
    {
        using var stranger = acme.Crm.NewClient();

        var line = await LineOfAsync(await stranger.GetAsync("/api/estates"));

        Assert.Equal(401, line.Members["Status"]);
        Assert.Null(line.Members["UserId"]);
    }

    // The line is written when the answer is complete, which its reader may see a moment earlier.
    private async Task<CapturedLine> LineOfAsync(Answer answer)
    {
        var id = answer.Headers.GetValues("X-Request-ID").Single();
        for (var tries = 0; tries < 200; tries++)
        {
            if (acme.Log.Lines.Where(line => line.Category == "Palisade.Access" && line.RequestId == id).ToList() is { Count: > 0 } lines)
            {
                return Assert.Single(lines);
            }

            await Task.Delay(10);
        }

        throw new InvalidOperationException($"No line for {id}.");
    }

    public sealed class Logged(TestCluster cluster) : Acme(cluster)
    {
        public CapturedLog Log { get; } = new();

        protected override void Configure(WebApplicationBuilder builder) => Log.Listen(builder, LogLevel.Information);
    }
}
