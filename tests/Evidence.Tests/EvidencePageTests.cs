namespace Palisade.Evidence.Tests;

public sealed class EvidencePageTests
{
    [Fact]
    public void Each_row_shows_its_state_and_the_tests_behind_it()
    {
        using var planted = new Planted();
        planted.Report(
            "Suite",
            Planted.Test("Pass", "BTests.Holds", "Requirement=R001"),
            Planted.Test("Pass", "ATests+Deep.Holds_too", "Requirement=R001", "Requirement=R002"),
            Planted.Test("Fail", "ATests.Breaks", "Requirement=R002"),
            Planted.Test("Skip", "ATests.Waits", "Requirement=R003"));

        var page = Written(planted);

        Assert.Contains(
            """
            | R001 | proved | Long, strong \| kept | `ATests.Deep.Holds_too` passed<br>`BTests.Holds` passed |
            | R002 | failing | Hashed | `ATests.Breaks` failed<br>`ATests.Deep.Holds_too` passed |
            """, page, StringComparison.Ordinal);
        Assert.Contains("| R003 | open | Signed | `ATests.Waits` skipped |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_head_counts_each_register()
    {
        using var planted = new Planted();
        planted.Report(
            "Suite",
            Planted.Test("Pass", "ATests.Holds", "Requirement=R001"),
            Planted.Test("Fail", "ATests.Breaks", "Requirement=R002"));

        var page = Written(planted);

        Assert.Contains("- Requirements: 1 of 3 proved, 1 failing\n", page, StringComparison.Ordinal);
        Assert.Contains("- Invariants: 0 of 1 proved\n", page, StringComparison.Ordinal);
        Assert.Contains("- OWASP ASVS 5.0: 0 of 2 proved, 1 not applicable\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_does_not_apply_may_still_be_proved_by_its_guard()
    {
        using var planted = new Planted();
        planted.Report("Suite", Planted.Test("Pass", "GuardTests.No_ldap_reference", "Asvs=V1.2.6"));

        Assert.Contains("| V1.2.6 | proved | 2 | No LDAP |", Written(planted), StringComparison.Ordinal);
    }

    [Fact]
    public void One_failing_case_of_a_theory_fails_the_row()
    {
        using var planted = new Planted();
        planted.Report(
            "Suite",
            Planted.Test("Fail", "ATests.Holds(1)", "Requirement=R001"),
            Planted.Test("Pass", "ATests.Holds(2)", "Requirement=R001"));

        Assert.Contains("| R001 | failing |", Written(planted), StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_results_does_not_show()
    {
        using var planted = new Planted();
        var a = Planted.Test("Pass", "ATests.Holds", "Requirement=R001");
        var b = Planted.Test("Pass", "BTests.Holds", "Requirement=R001");
        planted.Report("Suite", a, b);
        var first = Written(planted);
        planted.Report("Suite", b, a);

        Assert.Equal(first, Written(planted));
    }

    [Fact]
    public void The_proved_rows_are_read_back_from_the_page()
    {
        using var planted = new Planted();
        planted.Report(
            "Suite",
            Planted.Test("Pass", "ATests.Holds", "Requirement=R001", "Asvs=V1.1.1"),
            Planted.Test("Fail", "ATests.Breaks", "Requirement=R002"));

        Assert.Equal(["R001", "V1.1.1"], EvidencePage.ProvedIds(Written(planted)));
    }

    private static string Written(Planted planted)
    {
        var (registers, suites) = planted.Read();
        return EvidencePage.Write(registers, suites);
    }
}
