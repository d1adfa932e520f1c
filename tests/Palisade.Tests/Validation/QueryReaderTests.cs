using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class QueryReaderTests
{
    public enum State
    {
        Open,
        InProgress,
    }

    [Fact]
    public void Each_value_is_read_by_its_type()
    {
        var query = Read("?q=100%25_a&n=-5&d=2026-01-31&t=2026-01-31T12:00:00.5%2B03:00&s=in_progress");

        Assert.Equal("100%_a", query.Text("q"));
        Assert.Equal(-5, query.WholeNumber("n", -10, 10));
        Assert.Equal(new DateOnly(2026, 1, 31), query.Date("d"));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 0, 0, 500, TimeSpan.Zero), query.Instant("t"));
        Assert.Equal(State.InProgress, query.OneOf<State>("s"));
        Assert.Null(query.Text("absent"));
        Assert.Empty(query.Errors);
        query.ThrowIfRefused();
    }

    [Theory]
    [Requirement("R201")]
    [InlineData("?n=NaN", "n malformed")]
    [InlineData("?n=1.5", "n malformed")]
    [InlineData("?n=1e3", "n malformed")]
    [InlineData("?n=%2B1", "n malformed")]
    [InlineData("?n=%201", "n malformed")]
    [InlineData("?n=-", "n malformed")]
    [InlineData("?n=%D9%A1", "n malformed")]
    [InlineData("?n=101", "n out_of_range")]
    [InlineData("?n=0", "n out_of_range")]
    [InlineData("?n=99999999999999999999", "n out_of_range")]
    [InlineData("?d=abc", "d malformed")]
    [InlineData("?d=2026-02-30", "d malformed")]
    [InlineData("?d=01/02/2026", "d malformed")]
    [InlineData("?from=abc", "from malformed")]
    [InlineData("?from=2026-01-31T12:00:00", "from malformed")]
    [InlineData("?from=2026-02-01&to=2026-01-01", "from out_of_range")]
    [InlineData("?s=closed", "s not_allowed")]
    [InlineData("?s=1", "s not_allowed")]
    [InlineData("?s=Open", "s not_allowed")]
    [InlineData("?q=a%00b", "q control_characters")]
    [InlineData("?q=a%0Ab", "q control_characters")]
    [InlineData("?q=12345678901", "q too_long")]
    public void A_value_of_another_type_or_beyond_its_range_names_its_field(string text, string error) =>
        Assert.Equal([error], Refused(text));

    [Theory]
    [Requirement("R199")]
    [InlineData("?s=open&s=open", "s repeated")]
    [InlineData("?s=open&S=open", "s repeated")]
    public void A_repeated_name_is_refused(string text, string error) => Assert.Equal([error], Refused(text));

    [Theory]
    [Requirement("R200")]
    [InlineData("?action[$ne]=x", "action malformed")]
    [InlineData("?action[]=x", "action malformed")]
    [InlineData("?user.role=x", "user malformed")]
    [InlineData("?$where=1", "query malformed")]
    [InlineData("?q%00=1", "q malformed")]
    [InlineData("?Leak%20123[a]=1", "query malformed")]
    public void A_name_with_an_operator_is_refused(string text, string error) => Assert.Equal([error], Refused(text));

    [Fact]
    public void All_errors_come_at_once() => Assert.Equal(["n malformed", "d malformed", "s not_allowed"], Refused("?n=x&d=x&s=x"));

    [Fact]
    public void Refused_reads_throw_when_asked_to()
    {
        var query = Read("?n=x");
        Assert.Null(query.WholeNumber("n", 1, 2));
        Assert.Equal("n", Assert.Single(Assert.Throws<InvalidRequestException>(query.ThrowIfRefused).Errors).Field);
    }

    [Fact]
    public void Dates_are_read_alike_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("th-TH");
        try
        {
            Assert.Equal(new DateOnly(2026, 1, 31), Read("?d=2026-01-31").Date("d"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    internal static IQueryCollection Parse(string text) => new QueryCollection(QueryHelpers.ParseQuery(text));

    private static QueryReader Read(string text) => new(Parse(text));

    private static string[] Refused(string text)
    {
        var query = Read(text);
        query.WholeNumber("n", 1, 100);
        query.Date("d");
        query.Range();
        query.OneOf<State>("s");
        query.Text("q", maximum: 10);
        return [.. query.Errors.Select(error => $"{error.Field} {error.Code}")];
    }
}
