using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Palisade.Crypto.Secrets;

public class Base32Tests
{
    // RFC 4648 section 10, without the padding.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void It_agrees_with_RFC_4648(string plain, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.True(Base32.TryDecode(encoded, out var bytes));
        Assert.Equal(plain, Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public void Any_bytes_come_back_in_either_case_and_with_spaces() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var text = Base32.Encode(bytes);
            var spoken = string.Join(' ', text.ToLowerInvariant().Chunk(4).Select(group => new string(group)));
            return Base32.TryDecode(text, out var same) && same.SequenceEqual(bytes)
                && Base32.TryDecode(spoken, out same) && same.SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_decodes_has_one_spelling() =>
        Prop.ForAll(
            Gen.ArrayOf(Gen.Elements("ABCZ267abcz =018!\u0131\u212A".ToCharArray())).Select(characters => new string(characters)).ToArbitrary(),
            text => !Base32.TryDecode(text, out var bytes)
                || Base32.Encode(bytes).Equals(text.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("M")]
    [InlineData("MZX")]
    [InlineData("MZXW6Y")]
    [InlineData("MZ")]
    [InlineData("MY======")]
    [InlineData("MZXW6YT1")]
    [InlineData("MZXW6YT\u0131")]
    [InlineData("MZXW\n6YTB")]
    public void Padding_strange_characters_impossible_lengths_and_leftover_bits_are_refused(string? text) =>
        Assert.False(Base32.TryDecode(text, out _));
}
