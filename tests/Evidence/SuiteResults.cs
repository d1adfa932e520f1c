using System.Xml.Linq;

namespace Palisade.Evidence;

internal enum Outcome
{
    Passed,
    Skipped,
    Failed,
}

/// <summary>A row that a test says it proves.</summary>
internal sealed record Claim(string Trait, string Id);

/// <summary>One test case as it ended.</summary>
/// <remarks>
/// The cases of a theory share <c>Type</c> and <c>Method</c>; <c>Name</c> has their arguments. <c>Message</c> says why a test
/// failed or was skipped, <c>Where</c> the first frame of a failure that has a source file. Both may be empty.
/// </remarks>
internal sealed record TestResult(
    string Type, string Method, string Name, Outcome Outcome, IReadOnlyList<Claim> Claims, string Message, string Where);

/// <summary>What one suite left behind.</summary>
/// <remarks><c>Name</c> is the test project; <c>Lost</c> says why the suite did not end by itself, such as a time-out.</remarks>
internal sealed record SuiteResults(string Name, IReadOnlyList<TestResult> Tests, string? Lost)
{
    /// <summary>The suites of a folder, in the order of their names.</summary>
    /// <remarks>
    /// <c>NAME.xml</c> is the suite's xUnit report (v2+); <c>NAME.lost</c>, written by <c>./test</c>, says why a suite did
    /// not end by itself. A suite may leave both.
    /// </remarks>
    internal static IReadOnlyList<SuiteResults> ReadAll(string directory) =>
        [.. Directory.EnumerateFiles(directory)
            .Where(path => Path.GetExtension(path) is ".xml" or ".lost")
            .Select(path => Path.ChangeExtension(path, null))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(Read)];

    private static SuiteResults Read(string stem)
    {
        var (report, lost) = ($"{stem}.xml", $"{stem}.lost");
        return new(
            Path.GetFileName(stem),
            File.Exists(report) ? [.. ResultsIn(XDocument.Load(report))] : [],
            File.Exists(lost) ? File.ReadAllText(lost).Trim() : null);
    }

    private static IEnumerable<TestResult> ResultsIn(XDocument report) =>
        report.Descendants("test").Where(test => Text(test, "result") != "NotRun").Select(OfTest)
            .Concat(report.Descendants("error").Select(OfError));

    private static TestResult OfTest(XElement test) => new(
        Text(test, "type"),
        Text(test, "method"),
        Unescaped(Text(test, "name")),
        Text(test, "result") switch
        {
            "Pass" => Outcome.Passed,
            "Skip" => Outcome.Skipped,
            _ => Outcome.Failed,
        },
        [.. test.Descendants("trait").Select(trait => new Claim(Text(trait, "name"), Text(trait, "value")))],
        Unescaped(test.Element("failure")?.Element("message")?.Value ?? test.Element("reason")?.Value),
        Frame(test));

    // A clean-up that throws belongs to no test; it is a failure all the same.
    private static TestResult OfError(XElement error) => new(
        Text(error, "type"), "", $"{Text(error, "type")} {Text(error, "name")}".Trim(), Outcome.Failed, [],
        Unescaped(error.Element("failure")?.Element("message")?.Value), Frame(error));

    private static string Frame(XElement test) =>
        (test.Element("failure")?.Element("stack-trace")?.Value ?? "").Split('\n')
            .Select(line => line.Split(" in ", 2))
            .FirstOrDefault(parts => parts.Length == 2)?[1].Trim() ?? "";

    // The runner writes quotes and backslashes as C# would.
    private static string Unescaped(string? text) =>
        (text ?? "").Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    private static string Text(XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";
}
