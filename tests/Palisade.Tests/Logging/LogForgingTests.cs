using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

#pragma warning disable CA2254 // A template of hostile text is what this file is about.

namespace Palisade.Tests.Logging;

public class LogForgingTests
{
    private static readonly string[] Hostile =
    [
        "Mozilla/5.0\r\n{\"level\":\"info\",\"message\":\"forged\"}",
        "\u001b[2J\u001b]0;title\u0007",
        "a\u2028b\u2029c\u0085d",
        "\u202Egnp.exe\u2066\u2069\u200F",
        "\"}\n{\"x\":\"",
        "\0\b\f\v\t\\\"",
        "lone \uD800 and \uDC00 surrogates",
        "{Name} {0} {{}} {@Object} {",
        "</script><img onerror=x>",
        "ＦＵＬＬ ｗｉｄｔｈ 😀 İı",
    ];

    [Fact, Requirement("R293")]
    public void Hostile_text_in_any_position_stays_inside_one_json_string()
    {
        using var log = new LogOf();
        var expected = 0;
        foreach (var text in Hostile)
        {
            log["Crm.Test"].LogInformation("agent {UserAgent}", text);
            log["Crm.Test"].LogInformation(text);
            log["Crm.Test"].LogInformation("{@Form}", new Dictionary<string, string> { [text] = text });
            log["Crm.Test"].LogError(new InvalidOperationException(text), "failed");
            log["Crm.Test"].Log(LogLevel.Information, new EventId(1, text), text, null, (state, _) => state);
            log[$"Crm.{text}"].LogInformation("odd category");
            using (log["Crm.Test"].BeginScope(new Dictionary<string, object> { ["RequestId"] = text, [text] = text }))
            {
                log["Crm.Test"].LogInformation("scoped");
            }

            expected += 7;
        }

        AssertUnforged(log, expected);
        Assert.Contains(log.Lines("app"), line => line.GetProperty("message").GetString() == $"agent {Hostile[0]}");
    }

    [Fact, Requirement("R293"), Invariant("F9")]
    public void Random_text_forges_no_line()
    {
        var random = new Random(20260131);
        using var log = new LogOf();
        for (var i = 0; i < 2000; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(40); length > 0; length--)
            {
                text.Append(random.Next(3) == 0
                    ? "\r\n\"\\{}\u2028\u202E\u001b="[random.Next(10)]
                    : (char)random.Next(char.MaxValue + 1));
            }

            log["Crm.Test"].LogInformation("{Value} {@Pair}", text.ToString(), new { Inner = text.ToString() });
        }

        AssertUnforged(log, 2000);
    }

    [Fact, Requirement("R293"), Invariant("F9")]
    public void A_megabyte_of_user_agent_is_one_short_line()
    {
        using var log = new LogOf();
        log["Palisade.Security"].LogWarning("agent {UserAgent}", new string('A', 1024 * 1024));

        Assert.InRange(Assert.Single(log.Texts("security")).Length, 8192, 20_000);
    }

    private static void AssertUnforged(LogOf log, int expected)
    {
        Assert.Equal(expected, log.Lines("app").Count);
        foreach (var line in log.Texts("app").Concat(log.Console.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            Assert.DoesNotContain(line, character => character is < ' ' or > '~');
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind);
        }
    }
}
