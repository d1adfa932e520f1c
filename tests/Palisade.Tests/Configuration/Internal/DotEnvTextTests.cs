using Palisade.Configuration.Internal;

namespace Palisade.Tests.Configuration.Internal;

public class DotEnvTextTests
{
    [Theory]
    [InlineData("A=plain", "plain")]
    [InlineData("  A = spaced out  ", "spaced out")]
    [InlineData("A=value # comment", "value")]
    [InlineData("A=va#lue", "va#lue")]
    [InlineData("A=#nothing", "")]
    [InlineData("A=", "")]
    [InlineData("A='single $HOME \\n # \"'", "single $HOME \\n # \"")]
    [InlineData("A=\"double \\\"quoted\\\" \\\\ \\n\" # comment", "double \"quoted\" \\ \n")]
    [InlineData("A=${HOME}", "${HOME}")]
    [InlineData("A=x=y=z", "x=y=z")]
    [InlineData("\uFEFFA=after a mark\r", "after a mark")]
    public void A_line_means_one_thing(string line, string value)
    {
        var findings = new Findings();

        Assert.Equal(value, DotEnvText.Parse(".env", line, findings)["A"]);
        Assert.Empty(findings.Mistakes);
    }

    [Theory]
    [InlineData("A='hunter2")]
    [InlineData("A=\"hunter2")]
    [InlineData("A='hunter2' tail")]
    [InlineData("A=\"hunter2\\q\"")]
    [InlineData("export A=hunter2")]
    [InlineData("hunter2")]
    [InlineData("1A=hunter2")]
    [InlineData("=hunter2")]
    [InlineData("A=hunter2\nA=hunter2")]
    public void A_doubtful_line_is_a_mistake_that_does_not_repeat_it(string text)
    {
        var findings = new Findings();

        DotEnvText.Parse(".env", text, findings);

        Assert.DoesNotContain("hunter2", Assert.Single(findings.Mistakes));
    }

    [Fact]
    public void Comments_and_empty_lines_say_nothing()
    {
        var findings = new Findings();

        Assert.Empty(DotEnvText.Parse(".env", "# A=1\n\n   \n\t# B=2\n", findings));
        Assert.Empty(DotEnvText.Parse(".env", null, findings));
        Assert.Empty(findings.Mistakes);
    }
}
