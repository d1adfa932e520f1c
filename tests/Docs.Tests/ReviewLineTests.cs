namespace Palisade.Docs.Tests;

public sealed class ReviewLineTests
{
    // Written by a program from a test run: it is as old as the run.
    internal const string Generated = "docs/evidence.md";

    private static IEnumerable<string> Reviewed => Repository.Documents.Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path != Generated);

    /// <summary>An overdue review is reported as a warning: a test that fails by the calendar would fail for whoever changes something else that day.</summary>
    [Fact]
    [Requirement("R425")]
    public void Every_document_says_its_version_and_when_it_was_and_will_be_reviewed()
    {
        var lines = Reviewed.Select(path => (Path: path, Line: ReviewLine.Of(Repository.Text(path)))).ToList();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        foreach (var (path, line) in lines.Where(document => document.Line?.IsOverdue(today) is true))
        {
            TestContext.Current.AddWarning($"{path} was due for review on {line!.Next:yyyy-MM-dd}.");
        }

        Assert.NotEmpty(lines);
        Findings.None(lines.Where(document => document.Line is null).Select(document => $"{document.Path} does not say so under its title."));
    }

    [Fact]
    [Requirement("R425")]
    public void A_document_is_overdue_from_the_day_after_its_next_review()
    {
        var line = ReviewLine.Of("# A\n\n*Version 0.1 · reviewed 2026-01-31 · next review 2026-07-31*\n\nText.");

        Assert.Equal(new ReviewLine("0.1", new DateOnly(2026, 1, 31), new DateOnly(2026, 7, 31)), line);
        Assert.False(line!.IsOverdue(new DateOnly(2026, 7, 31)));
        Assert.True(line.IsOverdue(new DateOnly(2026, 8, 1)));
    }

    [Theory]
    [InlineData("# A\n\nText.")]
    [InlineData("*Version 0.1 · reviewed 2026-01-31 · next review 2026-07-31*\n")]
    [InlineData("# A\n\n*Version 0.1 · reviewed 2026-01-31 · next review 2026-02-30*\n")]
    [InlineData("# A\n\n*Version 0.1 · reviewed 2026-01-31 · next review 2026-01-31*\n")]
    [InlineData("# A\n\n*Version 0.1 · reviewed 2026-01-31 · next review 2028-01-31*\n")]
    public void A_missing_impossible_or_far_away_review_does_not_count(string document) => Assert.Null(ReviewLine.Of(document));
}
