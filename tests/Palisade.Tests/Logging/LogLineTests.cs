using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

#pragma warning disable CA1727 // One test needs placeholders named like the members of a line, in lower case.

namespace Palisade.Tests.Logging;

public class LogLineTests
{
    [Fact, Requirement("R280")]
    public void A_line_has_its_members_and_the_values_of_the_event()
    {
        var line = LogOf.Line(
            log => log.LogWarning(new EventId(7, "EstateClosed"), "Estate {EstateId} closed after {Days:000} days", "e-1", 12));

        Assert.Equal("2026-01-31T08:15:30.0000000Z", line.GetProperty("timestamp").GetString());
        Assert.Equal("warn", line.GetProperty("level").GetString());
        Assert.Equal("palisade", line.GetProperty("service").GetString());
        Assert.Equal("production", line.GetProperty("environment").GetString());
        Assert.Equal("Crm.Test", line.GetProperty("category").GetString());
        Assert.Equal("Estate e-1 closed after 012 days", line.GetProperty("message").GetString());
        Assert.Equal("EstateClosed", line.GetProperty("event").GetString());
        Assert.Equal("e-1", line.GetProperty("data").GetProperty("EstateId").GetString());
        Assert.Equal(12, line.GetProperty("data").GetProperty("Days").GetInt32());
    }

    [Fact, Requirement("R280")]
    public void The_console_gets_the_same_json_lines_as_the_files()
    {
        using var log = new LogOf();
        log["Crm.Test"].LogInformation("to both");
        log["Palisade.Security"].LogInformation("to both");
        var files = log.Lines("app").Count + log.Lines("security").Count;

        var console = log.Console.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, files);
        Assert.Equal(2, console.Length);
        Assert.All(
            console, line => Assert.Equal("to both", JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()));
    }

    [Fact, Requirement("R280")]
    public void An_exception_keeps_its_type_message_stack_and_cause()
    {
        var line = LogOf.Line(log =>
        {
            try
            {
                throw new InvalidOperationException("outer", new ArgumentException("inner"));
            }
            catch (InvalidOperationException failure)
            {
                log.LogError(failure, "It failed");
            }
        });

        var exception = line.GetProperty("exception");
        Assert.Equal("System.InvalidOperationException", exception.GetProperty("type").GetString());
        Assert.Equal("outer", exception.GetProperty("message").GetString());
        Assert.Contains(nameof(An_exception_keeps_its_type_message_stack_and_cause), exception.GetProperty("stack").GetString());
        Assert.Equal("inner", exception.GetProperty("inner").GetProperty("message").GetString());
    }

    [Fact]
    public void The_request_id_comes_from_the_scope_or_else_from_the_trace()
    {
        using var activity = new Activity("request").Start();
        var traced = LogOf.Line(log => log.LogInformation("x"));
        var scoped = LogOf.Line(log =>
        {
            using (log.BeginScope(new Dictionary<string, object> { ["RequestId"] = "req-1", ["Route"] = "/estates" }))
            {
                log.LogInformation("x");
            }
        });

        Assert.Equal(activity.TraceId.ToString(), traced.GetProperty("requestId").GetString());
        Assert.Equal("req-1", scoped.GetProperty("requestId").GetString());
        Assert.Equal("/estates", scoped.GetProperty("data").GetProperty("Route").GetString());
    }

    [Fact, Requirement("R289")]
    public void A_security_line_also_says_which_process_wrote_it_and_when()
    {
        var line = LogOf.Line(log => log.LogInformation("signed in"), "Palisade.Security.SignIn");

        Assert.Equal("palisade-security", line.GetProperty("service").GetString());
        Assert.Equal("production", line.GetProperty("environment").GetString());
        Assert.Equal(
            DateTimeOffset.Parse(line.GetProperty("timestamp").GetString()!, CultureInfo.InvariantCulture)
                .ToUnixTimeMilliseconds(),
            line.GetProperty("serverTime").GetInt64());
        Assert.Equal(Environment.ProcessId, line.GetProperty("pid").GetInt32());
        Assert.Equal(Environment.Version.ToString(), line.GetProperty("runtimeVersion").GetString());
    }

    [Fact]
    public void A_caller_cannot_take_the_place_of_a_line_member()
    {
        var line = LogOf.Line(
            log => log.LogInformation("{$category} {level} {@timestamp}", "Palisade.Audit", "critical", "never"));

        Assert.Equal("Crm.Test", line.GetProperty("category").GetString());
        Assert.Equal("info", line.GetProperty("level").GetString());
        Assert.Equal("critical", line.GetProperty("data").GetProperty("level").GetString());
    }

    [Fact]
    public void A_terminal_shows_text_in_development_only()
    {
        using var development = new LogOf(development: true, terminal: true);
        using var production = new LogOf(terminal: true);
        foreach (var log in new[] { development, production })
        {
            log["Crm.Test"].LogInformation("hello \u001b[31m{Name}", "a\nb\u202E");
            log.Provider.Dispose();
        }

        Assert.Equal("08:15:30.000 info    Crm.Test  hello \\u001b[31ma\\u000ab\\u202e\n", development.Console.ToString());
        Assert.StartsWith("{", production.Console.ToString());
    }
}
