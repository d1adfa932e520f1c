using System.Xml.Linq;

namespace Palisade.Evidence.Tests;

/// <summary>A folder of registers, reports and a page, small enough to see at a glance.</summary>
internal sealed class Planted : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("evidence").FullName;

    internal Planted()
    {
        Directory.CreateDirectory(Results);
        Directory.CreateDirectory(RegisterFolder);
        Register(
            "requirements.csv", "id,area,title",
            "R001,passwords,\"Long, strong | kept\"", "R002,passwords,Hashed", "R003,tokens,Signed");
        Register("invariants.csv", "id,area,title", "A1,sign-in,Counted before hashing");
        Register(
            "asvs.csv", "id,area,title,level,class",
            "V1.1.1,V1 encoding,Once,2,applicable-code", "V1.2.6,V1 encoding,No LDAP,2,not-applicable");
    }

    internal string Results => Path.Combine(root, "results");

    internal string RegisterFolder => Path.Combine(root, "register");

    internal string Page => Path.Combine(root, "evidence.md");

    public void Dispose() => Directory.Delete(root, recursive: true);

    internal void Register(string file, params string[] lines) => File.WriteAllLines(Path.Combine(RegisterFolder, file), lines);

    internal void Report(string suite, params XElement[] tests) =>
        new XDocument(new XElement("assemblies", new XElement("assembly", new XElement("collection", tests))))
            .Save(Path.Combine(Results, $"{suite}.xml"));

    internal void Lost(string suite, string why) => File.WriteAllText(Path.Combine(Results, $"{suite}.lost"), why);

    internal (IReadOnlyList<Register> Registers, IReadOnlyList<SuiteResults> Suites) Read() =>
        (Palisade.Evidence.Register.ReadAll(RegisterFolder), SuiteResults.ReadAll(Results));

    /// <summary>Runs the tool as <c>./test</c> would.</summary>
    internal (int Status, string Output, string Error) Run(string command, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = Program.Run([command, "--results", Results, .. more], output, error);
        return (status, output.ToString(), error.ToString());
    }

    internal (int Status, string Output, string Error) WriteReport() =>
        Run("report", "--register", RegisterFolder, "--out", Page);

    internal (int Status, string Output, string Error) Check() => Run("check", "--register", RegisterFolder, "--evidence", Page);

    /// <summary>A test case in the form of an xUnit report; claims are written <c>Requirement=R001</c>.</summary>
    internal static XElement Test(string result, string name, params string[] claims) => new(
        "test",
        new XAttribute("result", result),
        new XAttribute("name", $"Suite.{name}"),
        new XAttribute("type", $"Suite.{name.Split('.')[0]}"),
        new XAttribute("method", name.Split('.')[1].Split('(')[0]),
        new XElement("traits", claims.Select(claim => new XElement(
            "trait", new XAttribute("name", claim.Split('=')[0]), new XAttribute("value", claim.Split('=')[1])))));

    internal static XElement Failed(string name, string message, string stack = "")
    {
        var test = Test("Fail", name);
        test.Add(new XElement(
            "failure", new XElement("message", new XCData(message)), new XElement("stack-trace", new XCData(stack))));
        return test;
    }
}
