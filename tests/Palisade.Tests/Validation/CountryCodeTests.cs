using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class CountryCodeTests
{
    [Fact]
    public void There_are_249_assigned_codes_and_each_is_read() =>
        Assert.Equal(249, CountryCode.All.Count(country => CountryCode.TryParse(country.Value, out var read) && read == country));

    [Theory]
    [InlineData("KE", "KE")]
    [InlineData("ke", "KE")]
    [InlineData("vA", "VA")]
    public void An_assigned_code_is_kept_in_upper_case(string text, string value)
    {
        Assert.True(CountryCode.TryParse(text, out var country));
        Assert.Equal(value, country.Value);
    }

    [Theory]
    [InlineData("ZZ")]
    [InlineData("UK")]
    [InlineData("XK")]
    [InlineData("EU")]
    [InlineData("KEN")]
    [InlineData("K")]
    [InlineData("")]
    [InlineData(" KE")]
    [InlineData("KE\n")]
    [InlineData("ＫＥ")]
    [InlineData("\u212AE")]
    [InlineData(null)]
    public void What_is_not_assigned_is_refused(string? text) => Assert.False(CountryCode.TryParse(text, out _));
}
