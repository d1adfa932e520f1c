namespace Palisade.Evidence.Tests;

public sealed class ProgramTests
{
    [Theory]
    [InlineData]
    [InlineData("prove")]
    [InlineData("check", "--out", "page.md")]
    [InlineData("report", "--results")]
    public void An_unknown_command_line_ends_with_usage(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(2, Program.Run(args, output, error));
        Assert.Contains("Exit status: 0 done, 1 failed, 2 usage.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_page_is_one_line_and_a_failure()
    {
        using var planted = new Planted();

        var (status, _, error) = planted.Check();

        Assert.Equal(1, status);
        Assert.Contains("evidence.md", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_report_is_a_failure()
    {
        using var planted = new Planted();
        File.WriteAllText(Path.Combine(planted.Results, "A.xml"), "<assemblies><assembly>");

        Assert.Equal(1, planted.Run("summary").Status);
    }
}
