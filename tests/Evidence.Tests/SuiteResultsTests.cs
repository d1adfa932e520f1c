using System.Xml.Linq;

namespace Palisade.Evidence.Tests;

public sealed class SuiteResultsTests
{
    [Fact]
    public void A_report_gives_outcomes_claims_and_the_place_of_a_failure()
    {
        using var planted = new Planted();
        planted.Report(
            "Suite",
            Planted.Test("Pass", "ATests.Holds", "Requirement=R001", "Invariant=A1"),
            Planted.Failed("ATests.Breaks", "expected 1", "   at X() in /src/X.cs:line 7\n   at Y()"));

        var tests = SuiteResults.ReadAll(planted.Results).Single().Tests;

        Assert.Equal([Outcome.Passed, Outcome.Failed], tests.Select(test => test.Outcome));
        Assert.Equal([new Claim("Requirement", "R001"), new Claim("Invariant", "A1")], tests[0].Claims);
        Assert.Equal(("expected 1", "/src/X.cs:line 7"), (tests[1].Message, tests[1].Where));
    }

    [Fact]
    public void Quotes_and_backslashes_read_as_they_were_meant()
    {
        using var planted = new Planted();
        planted.Report("Suite", Planted.Failed(@"ATests.Breaks(path: \""C:\\x\"")", @"expected \""a\"""));

        var test = SuiteResults.ReadAll(planted.Results).Single().Tests.Single();

        Assert.Equal((@"Suite.ATests.Breaks(path: ""C:\x"")", @"expected ""a"""), (test.Name, test.Message));
    }

    [Fact]
    public void Tests_that_nobody_asked_for_are_no_results()
    {
        using var planted = new Planted();
        planted.Report("Suite", Planted.Test("NotRun", "ATests.Explicit", "Requirement=R001"));

        Assert.Empty(SuiteResults.ReadAll(planted.Results).Single().Tests);
    }

    [Fact]
    public void A_clean_up_that_throws_is_a_failure()
    {
        using var planted = new Planted();
        planted.Report("Suite", new XElement(
            "error",
            new XAttribute("type", "test-collection-cleanup"),
            new XElement("failure", new XElement("message", "left open"))));

        var test = SuiteResults.ReadAll(planted.Results).Single().Tests.Single();

        Assert.Equal((Outcome.Failed, "left open"), (test.Outcome, test.Message));
    }

    [Fact]
    public void A_suite_may_be_lost_with_and_without_a_report()
    {
        using var planted = new Planted();
        planted.Report("A", Planted.Test("Pass", "ATests.Holds"));
        planted.Lost("A", "ended with status 134\n");
        planted.Lost("B", "timed out");

        var suites = SuiteResults.ReadAll(planted.Results);

        Assert.Equal(
            [("A", 1, "ended with status 134"), ("B", 0, "timed out")],
            suites.Select(suite => (suite.Name, suite.Tests.Count, suite.Lost!)));
    }
}
