namespace Palisade.Evidence.Tests;

public sealed class EvidenceCheckTests
{
    [Fact]
    public void The_check_passes_while_every_proved_row_keeps_a_passing_test()
    {
        using var planted = Proved();
        planted.Report(
            "Suite",
            Planted.Test("Pass", "Renamed.Holds", "Requirement=R001"),
            Planted.Test("Pass", "ATests.New", "Requirement=R002"));

        Assert.Equal(0, planted.Check().Status);
    }

    [Fact]
    public void A_proved_row_whose_test_is_gone_fails_the_check()
    {
        using var planted = Proved();
        planted.Report("Suite", Planted.Test("Pass", "ATests.Holds"));

        AssertLost(planted);
    }

    [Theory]
    [InlineData("Fail")]
    [InlineData("Skip")]
    [InlineData("NotRun")]
    public void A_proved_row_whose_test_did_not_pass_fails_the_check(string result)
    {
        using var planted = Proved();
        planted.Report("Suite", Planted.Test(result, "ATests.Holds", "Requirement=R001"));

        AssertLost(planted);
    }

    [Fact]
    public void A_suite_without_a_report_fails_the_check()
    {
        using var planted = Proved();
        File.Delete(Path.Combine(planted.Results, "Suite.xml"));
        planted.Lost("Suite", "timed out");

        AssertLost(planted);
    }

    [Fact]
    public void A_row_taken_out_of_the_register_fails_the_check()
    {
        using var planted = Proved();
        planted.Register("requirements.csv", "id,area,title", "R002,passwords,Hashed");

        var (status, _, error) = planted.Check();

        Assert.Equal(1, status);
        Assert.Contains("R001 was proved", error, StringComparison.Ordinal);
        Assert.Contains("Requirement R001 is unknown: Suite.ATests.Holds", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_claimed_under_the_wrong_register_fails_check_and_report()
    {
        using var planted = Proved();
        planted.Report("Suite", Planted.Test("Pass", "ATests.Holds", "Requirement=R001", "Requirement=A1"));

        Assert.Equal(1, planted.Check().Status);
        Assert.Contains("Requirement A1 is unknown", planted.WriteReport().Error, StringComparison.Ordinal);
    }

    private static Planted Proved()
    {
        var planted = new Planted();
        planted.Report("Suite", Planted.Test("Pass", "ATests.Holds", "Requirement=R001"));
        Assert.Equal(0, planted.WriteReport().Status);
        return planted;
    }

    private static void AssertLost(Planted planted)
    {
        var (status, _, error) = planted.Check();

        Assert.Equal(1, status);
        Assert.Contains("R001 was proved and has no passing test now", error, StringComparison.Ordinal);
    }
}
