using System.Text;

namespace Palisade.Evidence;

/// <summary><c>docs/evidence.md</c>: every row, its state, and the tests behind it.</summary>
/// <remarks>
/// The same results give the same bytes: no times, no durations, a fixed order. A difference is always a change of evidence.
/// </remarks>
internal static class EvidencePage
{
    private const string Proved = "proved";

    internal static string Write(IReadOnlyList<Register> registers, IReadOnlyList<SuiteResults> suites)
    {
        var page = new StringBuilder("""
            # Evidence

            What must hold, and the tests that show it. `./test --evidence` writes this page from a full run; with `CI=true`,
            `./test` fails when a row that is proved here has lost its passing test.

            *proved*: a test that claims the row passed, and none failed. *failing*: one failed. *open*: no test yet.
            *not applicable*: about something the product does not use.


            """);
        var proofs = registers.Select(register => (register.Heading, Rows: Proof.Of(register, suites))).ToList();
        foreach (var (heading, rows) in proofs)
        {
            page.Append(Line($"- {heading}: {Count(rows)}"));
        }

        foreach (var (heading, rows) in proofs)
        {
            page.Append(Line($"\n## {heading}"));
            foreach (var area in rows.GroupBy(proof => proof.Row.Area))
            {
                WriteTable(page, area.Key, [.. area]);
            }
        }

        return page.ToString();
    }

    /// <summary>The ids of the rows that a page calls proved.</summary>
    internal static IReadOnlyList<string> ProvedIds(string page) =>
        [.. page.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|'))
            .Where(cells => cells.Length > 3 && cells[2].Trim() == Proved)
            .Select(cells => cells[1].Trim())];

    private static void WriteTable(StringBuilder page, string area, IReadOnlyList<Proof> proofs)
    {
        var levels = proofs.Any(proof => proof.Row.Level is not null);
        page.Append(Line($"\n### {area}\n"));
        page.Append(levels ? "| id | state | level | wanted | tests |\n" : "| id | state | wanted | tests |\n");
        page.Append(levels ? "| --- | --- | --- | --- | --- |\n" : "| --- | --- | --- | --- |\n");
        foreach (var (row, state, tests) in proofs)
        {
            var level = levels ? $" {row.Level} |" : "";
            var proof = string.Join("<br>", tests.Select(test => $"`{test.Name}` {Name(test.Outcome)}"));
            var title = row.Title.Replace("|", "\\|", StringComparison.Ordinal);
            page.Append(Line($"| {row.Id} | {Name(state)} |{level} {title} | {proof} |"));
        }
    }

    private static string Count(IReadOnlyList<Proof> rows)
    {
        var aside = new[] { RowState.Failing, RowState.NotApplicable }
            .Select(state => (Name: Name(state), Count: rows.Count(proof => proof.State == state)))
            .Where(state => state.Count > 0)
            .Select(state => $", {state.Count} {state.Name}");
        return $"{rows.Count(proof => proof.State == RowState.Proved)} of {rows.Count} {Proved}{string.Concat(aside)}";
    }

    private static string Name(RowState state) => state switch
    {
        RowState.Proved => Proved,
        RowState.Failing => "failing",
        RowState.NotApplicable => "not applicable",
        _ => "open",
    };

    private static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Failed => "failed",
        _ => "skipped",
    };

    private static string Line(FormattableString text) => FormattableString.Invariant(text) + "\n";
}
