using System.Globalization;
using System.Text.RegularExpressions;
using Palisade.Sessions;
using Palisade.Tokens;

namespace Palisade.Docs.Tests;

/// <summary>What the security guide says of sessions: the list of sensitive acts, and the table of limits in the security guide against what is built in, and against what NIST SP 800-63B-4 sections 2.1.3 and 2.2.3 allow.</summary>
public sealed partial class SessionLimitsDocumentTests
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private static readonly SessionOptions Sessions = new() { CsrfKey = new byte[32] };

    private static readonly TokenOptions Tokens = new()
    {
        PublicUrl = new Uri("https://crm.example.com"),
        RefreshKey = new byte[32],
        OneTimeKey = new byte[32],
    };

    [Fact]
    [Asvs("V7.1.1")]
    public void The_documented_limits_are_the_built_in_ones_and_each_beyond_its_assurance_level_says_why()
    {
        var rows = Repository.Text("docs/security.md").Split("<!-- session limits -->")[1].Split('\n').Where(line => line.StartsWith("| a", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]).ToDictionary(cells => cells[0]);

        Assert.Equal(
            [
                ("a browser", Sessions.Idle, Sessions.Absolute), ("a browser, managers and administrators", Sessions.PrivilegedIdle, Sessions.Absolute),
                ("a native client", Tokens.RefreshLifetime, Tokens.RefreshAbsoluteLifetime),
                ("a native client, managers and administrators", Tokens.RefreshLifetime, Tokens.RefreshAbsoluteLifetime),
            ],
            rows.Values.Select(cells => (cells[0], Span(cells[1]), Span(cells[2]))));
        foreach (var cells in rows.Values)
        {
            var (idle, absolute) = cells[3] switch { "AAL1" => (Never, TimeSpan.FromDays(30)), "AAL2" => (TimeSpan.FromHours(1), TimeSpan.FromHours(24)), _ => default };
            Assert.True((Span(cells[1]) > idle || Span(cells[2]) > absolute) == cells[4].Length > 0, $"{cells[0]}: {cells[4]}");
        }
    }

    [Fact]
    [Asvs("V7.1.2")]
    public void The_documented_number_of_sessions_is_the_built_in_one()
    {
        Assert.Equal(0, Sessions.MaxPerAccount);
        Assert.Contains("as many sessions at once as it likes, unless `MAX_SESSIONS` bounds\nthem: then one more sign-in ends the oldest (`SessionLimitTests`)", Repository.Text("docs/security.md"), StringComparison.Ordinal);
        Assert.Contains(Repository.Files, file => file.EndsWith("SessionLimitTests.cs", StringComparison.Ordinal));
    }

    [Fact]
    [Asvs("V7.5.3")]
    public void The_documented_acts_that_need_a_fresh_proof_are_those_that_say_so()
    {
        var mapped = Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("apps/", StringComparison.Ordinal))
            .Where(file => file.EndsWith("Extensions.cs", StringComparison.Ordinal))
            .SelectMany(file => SensitiveRoute().Matches(Repository.Text(file)))
            .Select(match => $"{match.Groups[1].Value.ToUpperInvariant()} {match.Groups[2].Value.Replace(":guid", "", StringComparison.Ordinal)}").Order(StringComparer.Ordinal);

        var documented = ListedRoute().Matches(Repository.Text("docs/security.md").Split("<!-- fresh proof -->")[1]).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

        Assert.Equal(documented, mapped);
    }

    [GeneratedRegex(@"Map([A-Z][a-z]+)\(""([^""]+)"".*\.RequireStepUp\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SensitiveRoute();

    [GeneratedRegex("`([A-Z]+ /[^`]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListedRoute();

    private static TimeSpan Span(string text)
    {
        var (number, unit) = text.Split(' ') is [var first, var second] ? (double.Parse(first, CultureInfo.InvariantCulture), second) : throw new FormatException(text);
        return unit switch { "min" => TimeSpan.FromMinutes(number), "h" => TimeSpan.FromHours(number), "d" => TimeSpan.FromDays(number), _ => throw new FormatException(text) };
    }
}
