namespace Palisade.Evidence.Tests;

public sealed class RunSummaryTests
{
    [Fact]
    public void The_last_line_totals_every_suite()
    {
        using var planted = new Planted();
        planted.Report("A", Planted.Test("Pass", "ATests.Holds"), Planted.Test("Pass", "ATests.Holds_too"));
        planted.Report("B", Planted.Test("Pass", "BTests.Holds"));

        Assert.Equal((0, "3 passed, 0 failed"), LastLine(planted));
    }

    [Fact]
    public void A_failed_test_is_named_with_its_message_and_place()
    {
        using var planted = new Planted();
        planted.Report(
            "A",
            Planted.Test("Pass", "ATests.Holds"),
            Planted.Failed("ATests.Breaks", "expected 1\nfound 2", "   at X() in /src/X.cs:line 7"));

        var (status, output, _) = planted.Run("summary");

        Assert.Equal(1, status);
        Assert.Contains(
            "FAILED Suite.ATests.Breaks\n    expected 1\n    found 2\n    at /src/X.cs:line 7\n1 passed, 1 failed\n",
            output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_suite_is_a_failure_even_when_all_its_tests_passed()
    {
        using var planted = new Planted();
        planted.Report("A", Planted.Test("Pass", "ATests.Holds"));
        planted.Lost("A", "ended with status 134");

        var (status, output, _) = planted.Run("summary");

        Assert.Equal(1, status);
        Assert.Contains("FAILED A: ended with status 134", output, StringComparison.Ordinal);
        Assert.Equal((1, "1 passed, 1 failed"), LastLine(planted));
    }

    [Fact]
    public void A_suite_that_ran_nothing_is_a_failure_unless_a_part_was_asked_for()
    {
        using var planted = new Planted();
        planted.Report("A", Planted.Test("Pass", "ATests.Holds"));
        planted.Report("B");
        planted.Report("C", Planted.Test("Skip", "CTests.Waits"));

        Assert.Equal((1, "1 passed, 2 failed, 1 skipped"), LastLine(planted));
        Assert.Equal((0, "1 passed, 0 failed, 1 skipped"), LastLine(planted, "--filtered"));
    }

    [Fact]
    public void A_filter_that_matches_nothing_is_a_failure()
    {
        using var planted = new Planted();
        planted.Report("A");

        Assert.Equal((1, "0 passed, 1 failed"), LastLine(planted, "--filtered"));
    }

    [Fact]
    public void Skipped_tests_fail_the_run_where_that_is_asked_for()
    {
        using var planted = new Planted();
        planted.Report("A", Planted.Test("Pass", "ATests.Holds"), Planted.Test("Skip", "ATests.Waits"));

        Assert.Equal((0, "1 passed, 0 failed, 1 skipped"), LastLine(planted));
        Assert.Equal((1, "1 passed, 0 failed, 1 skipped"), LastLine(planted, "--skips-fail"));
    }

    private static (int Status, string Line) LastLine(Planted planted, params string[] options)
    {
        var (status, output, _) = planted.Run("summary", options);
        return (status, output.TrimEnd().Split('\n')[^1]);
    }
}
