using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class PagingTests
{
    [Theory]
    [InlineData("", 1, 50)]
    [InlineData("?page=3", 3, 50)]
    [InlineData("?page=3&pageSize=10", 3, 10)]
    [InlineData("?pageSize=100", 1, 100)]
    [InlineData("?pageSize=101", 1, 100)]
    [InlineData("?pageSize=100000", 1, 100)]
    [InlineData("?pageSize=99999999999999999999", 1, 100)]
    [InlineData("?page=2147483647", int.MaxValue, 50)]
    [InlineData("?page=99999999999", int.MaxValue, 50)]
    [InlineData("?page=&pageSize=", 1, 50)]
    public void A_page_is_read_and_its_size_bounded(string query, int page, int pageSize) =>
        Assert.Equal(new Paging(page, pageSize), Paging.Parse(QueryReaderTests.Parse(query)));

    [Theory]
    [Requirement("R199", "R201")]
    [InlineData("?page=0", "page out_of_range")]
    [InlineData("?page=-1", "page out_of_range")]
    [InlineData("?page=NaN", "page out_of_range")]
    [InlineData("?page=1.5", "page out_of_range")]
    [InlineData("?pageSize=%201", "pageSize out_of_range")]
    [InlineData("?pageSize=0", "pageSize out_of_range")]
    [InlineData("?page=1&page=2", "page repeated")]
    public void What_is_no_page_is_refused(string query, string error)
    {
        var refused = Assert.Throws<InvalidRequestException>(() => Paging.Parse(QueryReaderTests.Parse(query)));
        Assert.Equal([error], refused.Errors.Select(found => $"{found.Field} {found.Code}"));
    }

    [Fact]
    public void Offsets_do_not_overflow()
    {
        Assert.Equal(0, new Paging(1, 50).Offset);
        Assert.Equal(214_748_364_600, new Paging(int.MaxValue, 100).Offset);
        Assert.Equal([0L, 1L, 1L, 2L], new long[] { 0, 1, 50, 51 }.Select(new Paging(1, 50).PageCount));
    }
}
