namespace Palisade.Evidence;

/// <summary>The evidence tool, as <c>./test</c> calls it.</summary>
internal static class Program
{
    private const string Usage = """
        Palisade.Evidence report  [--results DIR] [--register DIR] [--out FILE]
            Writes the evidence page from the xUnit reports in DIR.
        Palisade.Evidence check   [--results DIR] [--register DIR] [--evidence FILE]
            Fails when a row that the page calls proved has no passing test, or a test claims an unknown id.
        Palisade.Evidence summary [--results DIR] [--filtered] [--skips-fail]
            Lists failed tests and ends with the totals of every suite.
        Exit status: 0 done, 1 failed, 2 usage.
        """;

    private const string Page = "docs/evidence.md";

    private static int Main(string[] args) => Run(args, Console.Out, Console.Error);

    internal static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var arguments = Arguments.Parse(args);
        if (arguments is null)
        {
            error.WriteLine(Usage);
            return 2;
        }

        try
        {
            return arguments.Command switch
            {
                "report" => Report(arguments, output, error),
                "check" => Check(arguments, output, error),
                _ => Summary(arguments, output),
            };
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or System.Xml.XmlException)
        {
            error.WriteLine(fault.Message);
            return 1;
        }
    }

    private static int Report(Arguments arguments, TextWriter output, TextWriter error)
    {
        var (registers, suites) = Read(arguments);

        // An unknown id would silently be missing from the page, so there is no page until it is corrected.
        var unknown = Proof.UnknownClaims(registers, suites).ToList();
        if (unknown.Count > 0)
        {
            return Fail(unknown, error);
        }

        var path = arguments.Option("--out", Page);
        File.WriteAllText(path, EvidencePage.Write(registers, suites));
        output.WriteLine($"Evidence: {path} written");
        return 0;
    }

    private static int Check(Arguments arguments, TextWriter output, TextWriter error)
    {
        var (registers, suites) = Read(arguments);
        var page = File.ReadAllText(arguments.Option("--evidence", Page));
        var faults = EvidenceCheck.Faults(registers, suites, page);
        if (faults.Count > 0)
        {
            return Fail(faults, error);
        }

        output.WriteLine($"Evidence: all {EvidencePage.ProvedIds(page).Count} proved rows still have passing tests");
        return 0;
    }

    private static int Summary(Arguments arguments, TextWriter output)
    {
        var suites = SuiteResults.ReadAll(Results(arguments));
        return RunSummary.Write(suites, arguments.Has("--filtered"), arguments.Has("--skips-fail"), output) ? 0 : 1;
    }

    private static (IReadOnlyList<Register>, IReadOnlyList<SuiteResults>) Read(Arguments arguments) =>
        (Register.ReadAll(arguments.Option("--register", "docs/register")), SuiteResults.ReadAll(Results(arguments)));

    private static string Results(Arguments arguments) => arguments.Option("--results", "artifacts/test-results");

    private static int Fail(IReadOnlyList<string> faults, TextWriter error)
    {
        foreach (var fault in faults)
        {
            error.WriteLine($"Evidence: {fault}");
        }

        return 1;
    }
}
