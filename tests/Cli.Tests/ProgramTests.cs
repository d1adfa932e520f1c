namespace Palisade.Cli.Tests;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("migrate", "--frobnicate")]
    [InlineData("secrets")]
    [InlineData("secrets", "generate", "--out")]
    [InlineData]
    public async Task What_it_does_not_understand_is_a_usage_error(params string[] arguments)
    {
        var ran = await Ran.Async(Path.GetTempPath(), arguments);
        Assert.Equal((2, ""), (ran.Exit, ran.Output));
        Assert.NotEqual("", ran.Error);
    }

    [Fact]
    public async Task Help_names_every_command_and_is_no_error()
    {
        var ran = await Ran.Async(Path.GetTempPath(), ["--help"]);
        Assert.Equal(0, ran.Exit);
        Assert.All(["doctor", "migrate", "secrets", "settings"], command => Assert.Contains(command, ran.Output, StringComparison.Ordinal));
    }
}
