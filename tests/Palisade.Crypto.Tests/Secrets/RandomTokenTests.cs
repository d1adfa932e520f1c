using System.Buffers.Text;

namespace Palisade.Crypto.Secrets;

public class RandomTokenTests
{
    [Fact]
    [Requirement("R061")]
    [Asvs("V7.2.3", "V11.5.1")]
    public void A_million_tokens_are_distinct_and_have_at_least_128_bits()
    {
        var tokens = Enumerable.Range(0, 1_000_000).Select(_ => RandomToken.Create(RandomToken.MinBytes)).ToHashSet();

        Assert.Equal(1_000_000, tokens.Count);
        Assert.All(tokens.Take(1_000), token => Assert.Matches(@"\A[A-Za-z0-9_-]{22}\z", token));
    }

    [Fact]
    public void Every_bit_of_a_token_varies()
    {
        var ones = new byte[32];
        var zeros = new byte[32];
        for (var i = 0; i < 200; i++)
        {
            var token = Base64Url.DecodeFromChars(RandomToken.Create());
            for (var at = 0; at < token.Length; at++)
            {
                ones[at] |= token[at];
                zeros[at] |= (byte)~token[at];
            }
        }

        Assert.All(ones.Concat(zeros), seen => Assert.Equal(0xFF, seen));
    }

    [Fact]
    public void A_token_below_128_bits_is_misuse() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomToken.Create(RandomToken.MinBytes - 1));
}
