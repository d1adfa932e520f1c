namespace Palisade.Evidence;

/// <summary>The end of <c>./test</c>: what failed, in few lines, and the totals over every suite.</summary>
internal static class RunSummary
{
    private const int MessageLines = 8;

    /// <summary>Writes the summary; its last line is <c>N passed, N failed</c>, and <c>, N skipped</c> where any were.</summary>
    /// <remarks>
    /// A suite that was lost, or ran nothing, counts as one failure. When the run was filtered, a suite may have nothing to
    /// run, but not all of them. With <c>skipsFail</c> a skipped test makes the whole run a failed one.
    /// </remarks>
    /// <returns>Whether the run counts as passed.</returns>
    internal static bool Write(IReadOnlyList<SuiteResults> suites, bool filtered, bool skipsFail, TextWriter output)
    {
        foreach (var test in suites.SelectMany(suite => suite.Tests).Where(test => test.Outcome == Outcome.Failed))
        {
            WriteFailure(test, output);
        }

        var broken = suites
            .Select(suite => (suite.Name, Fault: suite.Lost ?? (RanNothing(suite) && !filtered ? "ran no test" : null)))
            .Where(suite => suite.Fault is not null)
            .ToList();
        if (filtered && broken.Count == 0 && suites.All(RanNothing))
        {
            broken.Add(("all suites", "no test matches the filter"));
        }

        foreach (var (name, fault) in broken)
        {
            output.WriteLine($"FAILED {name}: {fault}");
        }

        var failed = Count(suites, Outcome.Failed) + broken.Count;
        var skipped = Count(suites, Outcome.Skipped);
        var skips = skipped == 0 ? "" : $", {skipped} skipped";
        output.WriteLine($"{Count(suites, Outcome.Passed)} passed, {failed} failed{skips}");
        return failed == 0 && (skipped == 0 || !skipsFail);
    }

    private static void WriteFailure(TestResult test, TextWriter output)
    {
        output.WriteLine($"FAILED {test.Name}");
        var lines = test.Message.TrimEnd().Split('\n');
        foreach (var line in lines.Take(MessageLines))
        {
            output.WriteLine($"    {line.TrimEnd()}");
        }

        if (lines.Length > MessageLines)
        {
            output.WriteLine("    ...");
        }

        if (test.Where.Length > 0)
        {
            output.WriteLine($"    at {test.Where}");
        }
    }

    // A suite whose tests were all skipped has shown nothing either.
    private static bool RanNothing(SuiteResults suite) => suite.Tests.All(test => test.Outcome == Outcome.Skipped);

    private static int Count(IReadOnlyList<SuiteResults> suites, Outcome outcome) =>
        suites.SelectMany(suite => suite.Tests).Count(test => test.Outcome == outcome);
}
