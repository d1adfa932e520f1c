using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Palisade.Crypto.Passwords;

public class PasswordAttemptTests
{
    [Theory]
    [Asvs("V6.2.8")]
    [InlineData(@"a<B>&\'9xyzXYZ!!")]
    [InlineData("  spaces count  ")]
    [InlineData("\ttabs and line feeds\r\n")]
    [InlineData("Aa1!    <>")]
    [InlineData("日本語🗝")]
    public void A_password_is_taken_as_it_is(string text)
    {
        Assert.True(PasswordAttempt.TryCreate(text, out var attempt));
        Assert.Equal(text, Encoding.UTF8.GetString(attempt.Utf8));
    }

    [Fact]
    public void Two_ways_to_type_an_accent_are_one_password()
    {
        Assert.True(PasswordAttempt.TryCreate("caf\u00E9", out var composed));
        Assert.True(PasswordAttempt.TryCreate("cafe\u0301", out var decomposed));

        Assert.Equal(composed.Utf8, decomposed.Utf8);
    }

    [Fact]
    public void Look_alikes_stay_different()
    {
        // NFC, not NFKC: a ligature or a full-width letter is another password.
        Assert.True(PasswordAttempt.TryCreate("ﬁn", out var ligature));
        Assert.True(PasswordAttempt.TryCreate("fin", out var letters));

        Assert.NotEqual(letters.Utf8.ToArray(), ligature.Utf8.ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pass\0word")]
    [InlineData("pass\uFFFEword")]
    public void What_is_no_text_is_refused(string? text) => Assert.False(PasswordAttempt.TryCreate(text, out _));

    [Fact]
    public void Lone_surrogates_are_refused()
    {
        // Not inline data: an attribute's string is kept in UTF-8, which would have replaced them.
        string[] broken = ["pass\uD800word", "password\uD83D", "\uDD11password", "\uDD11\uD83D"];

        Assert.All(broken, text => Assert.False(PasswordAttempt.TryCreate(text, out _)));
    }

    [Fact]
    public void The_limit_is_128_characters_however_they_are_written_and_a_megabyte_costs_nothing()
    {
        foreach (var character in (string[])["x", "\u00E9", "e\u0301", "\U0001F5DD"])
        {
            Assert.True(PasswordAttempt.TryCreate(string.Concat(Enumerable.Repeat(character, 128)), out var attempt));
            Assert.Equal(128, attempt.Length);
            Assert.False(PasswordAttempt.TryCreate(string.Concat(Enumerable.Repeat(character, 129)), out _));
        }

        var megabyte = new string('\u00E9', 1024 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(PasswordAttempt.TryCreate(megabyte, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }

    [Fact]
    public void No_text_makes_it_throw() =>
        Prop.ForAll(
            Gen.ArrayOf(Gen.Choose(0, 0xFFFF)).Select(units => new string([.. units.Select(unit => (char)unit)])).ToArbitrary(),
            text => !PasswordAttempt.TryCreate(text, out var attempt) || attempt.Utf8.Length > 0).QuickCheckThrowOnFailure();
}
