using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Monitoring;

public sealed partial class MetricsTests(Acme acme) : IClassFixture<Acme>
{
    [Fact]
    public async Task The_figures_are_Prometheus_text_and_count_what_happens()
    {
        var before = await FiguresAsync();
        using var stranger = acme.Crm.NewClient();
        await stranger.LoginAsync("nobody@example.com");
        await acme.Ada.PostAsync("/api/estates", new { name = "Harbour House", location = "1 Quay Street", totalUnits = 12 });

        var after = await FiguresAsync();

        Assert.Equal(1, after["palisade_password_hashes_total"] - before["palisade_password_hashes_total"]);
        Assert.Equal(1, after["palisade_sign_ins_total{result=\"failure\"}"] - before.GetValueOrDefault("palisade_sign_ins_total{result=\"failure\"}"));
        Assert.Equal(2, after["palisade_audit_events_total"] - before["palisade_audit_events_total"]); // the sign-in that failed, the estate
        Assert.True(after["palisade_sign_ins_total{result=\"success\"}"] >= 1);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Host", "crm.example.com")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    public async Task A_request_that_came_through_a_proxy_is_not_local(string header, string value)
    {
        using var stranger = acme.Crm.NewClient();

        var answer = await stranger.SendAsync(HttpMethod.Get, "/metrics", null, (header, value));

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Through_a_proxy_only_who_may_read_the_systems_logs_sees_them()
    {
        var viewer = await acme.WithRoleAsync("viewer");

        Assert.Equal(HttpStatusCode.OK, (await acme.Ada.SendAsync(HttpMethod.Get, "/metrics", null, ("X-Forwarded-For", "203.0.113.7"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.SendAsync(HttpMethod.Get, "/metrics", null, ("X-Forwarded-For", "203.0.113.7"))).Status);
    }

    private async Task<Dictionary<string, double>> FiguresAsync()
    {
        using var stranger = acme.Crm.NewClient();
        var answer = await stranger.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.ContentHeaders.ContentType!.ToString());
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(Line(), line));
        return lines.Where(line => line[0] != '#').Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""\A(# HELP [a-z_]+ [^\n]+|# TYPE [a-z_]+ (counter|gauge)|[a-z_]+([{][a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*[}])? [0-9.E+-]+)\z""", RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}
