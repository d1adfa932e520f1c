using System.Security.Cryptography;

namespace Palisade.Passwords.Internal;

public sealed class CommonPasswordsTests
{
    [Fact]
    public void More_than_100_000_are_listed_and_what_leaks_most_is_among_them()
    {
        Assert.True(CommonPasswords.Count > 800_000);
        Assert.All(
            (string[])["123456", "password", "12345678", "qwerty", "dragon", "football", "iloveyou", "trustno1", "123456789012", "1q2w3e4r5t6y", "passwordpassword"],
            word => Assert.True(CommonPasswords.IsListed(word), word));
    }

    [Theory]
    [InlineData("PASSWORD")]
    [InlineData("Passw0rd!")]
    [InlineData("p@$$w0rd")]
    [InlineData("Dragon20241231!!")]
    [InlineData("!!!Football!!!")]
    [InlineData("tru5tn01")]
    [InlineData("1qaz@WSX3edc$RFV")]
    public void A_disguise_does_not_hide_a_word(string password) => Assert.True(CommonPasswords.Contains(password));

    [Theory]
    [InlineData("a dragon in my garden")]
    [InlineData("passwords are for dragons")]
    [InlineData("")]
    public void A_sentence_that_holds_one_is_not_one(string password) => Assert.False(CommonPasswords.Contains(password));

    [Fact]
    public void Of_many_random_texts_next_to_none_is_taken_for_one_of_them()
    {
        // Expected: 0.2; more than 5 has a probability below 10^-6.
        var bytes = new byte[16];
        var taken = Enumerable.Range(0, 200_000).Count(index =>
        {
            BitConverter.TryWriteBytes(bytes, index);
            return CommonPasswords.IsListed("no-such-" + Convert.ToHexString(Mixed(bytes)));
        });
        Assert.InRange(taken, 0, 5);
    }

    private static byte[] Mixed(byte[] bytes) => SHA256.HashData(bytes)[..12];
}
