namespace Palisade.Evidence;

internal enum RowState
{
    /// <summary>No test claims the row, or those that do were skipped.</summary>
    Open,

    /// <summary>At least one test that claims the row failed.</summary>
    Failing,

    /// <summary>At least one test that claims the row passed, and none failed.</summary>
    Proved,

    /// <summary>The row is about something the product does not use, and no test was needed.</summary>
    NotApplicable,
}

/// <summary>A row, the tests that claim it, and what they amount to.</summary>
internal sealed record Proof(RegisterRow Row, RowState State, IReadOnlyList<ClaimingTest> Tests)
{
    /// <summary>A proof for every row of the register, in its order.</summary>
    internal static IReadOnlyList<Proof> Of(Register register, IReadOnlyList<SuiteResults> suites)
    {
        var tests = suites.SelectMany(suite => suite.Tests)
            .SelectMany(test => test.Claims.Where(claim => claim.Trait == register.Trait).Select(claim => (claim.Id, Test: test)))
            .ToLookup(claimed => claimed.Id, claimed => claimed.Test);
        return [.. register.Rows.Select(row => Of(row, tests[row.Id]))];
    }

    /// <summary>Claims of ids that no register has: a typing error, or a row that was taken out.</summary>
    internal static IEnumerable<string> UnknownClaims(IReadOnlyList<Register> registers, IReadOnlyList<SuiteResults> suites)
    {
        var known = registers.ToDictionary(
            register => register.Trait, register => register.Rows.Select(row => row.Id).ToHashSet());
        return suites.SelectMany(suite => suite.Tests)
            .SelectMany(test => test.Claims, (test, claim) => (test, claim))
            .Where(claimed => known.TryGetValue(claimed.claim.Trait, out var ids) && !ids.Contains(claimed.claim.Id))
            .Select(claimed => $"{claimed.claim.Trait} {claimed.claim.Id} is unknown: {claimed.test.Type}.{claimed.test.Method}")
            .Distinct()
            .Order(StringComparer.Ordinal);
    }

    private static Proof Of(RegisterRow row, IEnumerable<TestResult> results)
    {
        var tests = results
            .GroupBy(result => (result.Type, result.Method))
            .OrderBy(cases => cases.Key.Type, StringComparer.Ordinal)
            .ThenBy(cases => cases.Key.Method, StringComparer.Ordinal)
            .Select(cases => new ClaimingTest(ShortName(cases.Key.Type, cases.Key.Method), Worst(cases)))
            .ToList();
        var state = tests.Any(test => test.Outcome == Outcome.Failed) ? RowState.Failing
            : tests.Any(test => test.Outcome == Outcome.Passed) ? RowState.Proved
            : row.Applies ? RowState.Open : RowState.NotApplicable;
        return new(row, state, tests);
    }

    private static Outcome Worst(IEnumerable<TestResult> cases) => cases.Max(result => result.Outcome);

    private static string ShortName(string type, string method) =>
        $"{type[(type.LastIndexOf('.') + 1)..].Replace('+', '.')}.{method}";
}

/// <summary>A test method, with all the cases of a theory taken together.</summary>
internal sealed record ClaimingTest(string Name, Outcome Outcome);
