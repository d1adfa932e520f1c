using System.Buffers.Text;

namespace Palisade.Crypto.Jose.Internal;

public class StrictBase64UrlTests
{
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=% \n";

    [Fact]
    public void Of_all_short_texts_exactly_those_decode_that_an_encoder_writes()
    {
        var texts =
            (from a in Characters from b in Characters select $"{a}{b}")
            .Concat(from a in Characters from b in Characters from c in Characters select $"{a}{b}{c}")
            .ToList();
        var decodable = texts.Where(text => StrictBase64Url.TryDecode(text, out _)).ToList();

        Assert.Equal(256 + 256 * 256, decodable.Count);
        Assert.All(decodable, text => Assert.True(StrictBase64Url.TryDecode(text, out var bytes) && Base64Url.EncodeToString(bytes) == text));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AAA=")]
    [InlineData("AA==")]
    [InlineData("AAAA AAAA")]
    [InlineData("AAAA\r\n")]
    public void Padding_white_space_and_impossible_lengths_are_refused(string text) => Assert.False(StrictBase64Url.TryDecode(text, out _));
}
