using System.Text;
using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class FreeTextTests
{
    [Theory]
    [Requirement("R193")]
    [InlineData("O'Brien")]
    [InlineData("O'Brien -- #1")]
    [InlineData("Zoë")]
    [InlineData("Zoe\u0308")]
    [InlineData("李小龙")]
    [InlineData("'Drop & Table-Smith'")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("Robert'); DROP TABLE customers;--")]
    [InlineData("=SUM(A1:A9)")]
    [InlineData("  spaces kept  ")]
    [InlineData("క్షమ\u200Dా")]
    public void A_name_is_free_text_and_is_kept_byte_for_byte(string text)
    {
        Assert.True(PersonName.TryParse(text, out var name, out _));
        Assert.Equal(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(name.Value));
    }

    [Theory]
    [Requirement("R193")]
    [InlineData("", TextRefusal.TooShort)]
    [InlineData(null, TextRefusal.TooShort)]
    [InlineData("A", TextRefusal.TooShort)]
    [InlineData("李", TextRefusal.TooShort)]
    [InlineData("   ", TextRefusal.Blank)]
    [InlineData("Tab\0Null", TextRefusal.ControlCharacters)]
    [InlineData("Two\nLines", TextRefusal.ControlCharacters)]
    [InlineData("Two\u2028Lines", TextRefusal.ControlCharacters)]
    [InlineData("Del\u007F", TextRefusal.ControlCharacters)]
    [InlineData("Next\u0085Line", TextRefusal.ControlCharacters)]
    public void What_is_no_name_says_why(string? text, TextRefusal refusal)
    {
        Assert.False(PersonName.TryParse(text, out var name, out var found));
        Assert.Equal(refusal, found);
        Assert.Null(name.Value);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        // An attribute's argument cannot hold one: it is kept as UTF-8.
        Assert.All(["Half\ud83d", "\ude00Half", "A\ude00\ud83dB"], text =>
        {
            Assert.False(PersonName.TryParse(text, out _, out var refusal));
            Assert.Equal(TextRefusal.BrokenUnicode, refusal);
        });
    }

    [Theory]
    [Requirement("R193")]
    [InlineData("A", 2, TextRefusal.None)]
    [InlineData("A", 100, TextRefusal.None)]
    [InlineData("A", 101, TextRefusal.TooLong)]
    [InlineData("😀", 2, TextRefusal.None)]
    [InlineData("😀", 100, TextRefusal.None)]
    [InlineData("😀", 101, TextRefusal.TooLong)]
    [InlineData("A", 100_000, TextRefusal.TooLong)]
    public void Length_counts_code_points(string character, int count, TextRefusal refusal)
    {
        Assert.Equal(refusal == TextRefusal.None, PersonName.TryParse(string.Concat(Enumerable.Repeat(character, count)), out _, out var found));
        Assert.Equal(refusal, found);
    }

    [Theory]
    [InlineData("Line\r\nand\ttab", true, TextRefusal.None)]
    [InlineData("Line\nfeed", false, TextRefusal.ControlCharacters)]
    [InlineData("Form\ffeed", true, TextRefusal.ControlCharacters)]
    [InlineData("\u001B[31mred", true, TextRefusal.ControlCharacters)]
    [InlineData("", true, TextRefusal.None)]
    public void Several_lines_take_line_breaks_and_tabs_only(string text, bool multiLine, TextRefusal refusal) =>
        Assert.Equal(refusal, FreeText.Check(text, 0, 1000, multiLine));
}
