using System.Globalization;
using System.Text;
using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class EmailAddressTests
{
    [Theory]
    [Requirement("R189")]
    [InlineData("user@example.com", "user@example.com")]
    [InlineData("First.Last+tag@Mail.Example.COM", "first.last+tag@mail.example.com")]
    [InlineData("o'brien@example.ie", "o'brien@example.ie")]
    [InlineData("a@bücher.example", "a@xn--bcher-kva.example")]
    [InlineData("A@BÜCHER.EXAMPLE", "a@xn--bcher-kva.example")]
    [InlineData("a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example")]
    [InlineData("Zoë@example.com", "zoë@example.com")]
    [InlineData("李@例え.テスト", "李@xn--r8jz45g.xn--zckzah")]
    public void An_address_is_kept_as_given_and_compared_by_its_key(string text, string key)
    {
        Assert.True(EmailAddress.TryParse(text, out var email, out _));
        Assert.Equal(text, email.Value);
        Assert.Equal(key, email.Key);
    }

    [Theory]
    [Requirement("R189")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not-an-address")]
    [InlineData("@example.com")]
    [InlineData("a@")]
    [InlineData("a@localhost")]
    [InlineData("a@example.")]
    [InlineData("a@.example.com")]
    [InlineData("a@example..com")]
    [InlineData("a@example.c")]
    [InlineData("a@192.0.2.1")]
    [InlineData("a@[192.0.2.1]")]
    [InlineData("a@-example.com")]
    [InlineData("a@example-.com")]
    [InlineData("a@exa_mple.com")]
    [InlineData("a@b@example.com")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("\"a@b\"@example.com")]
    [InlineData(".a@example.com")]
    [InlineData("a.@example.com")]
    [InlineData("a..b@example.com")]
    [InlineData("a b@example.com")]
    [InlineData(" a@example.com")]
    [InlineData("a@example.com ")]
    [InlineData("a@example.com\n")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("a\0@example.com")]
    [InlineData("a@xn--a.example")]
    [InlineData("a@xn--.example")]
    [InlineData("a,b@example.com")]
    [InlineData("<a@example.com>")]
    public void What_is_not_an_address_is_refused(string? text)
    {
        Assert.False(EmailAddress.TryParse(text, out var email, out var refusal));
        Assert.Equal(EmailRefusal.Malformed, refusal);
        Assert.Equal(default, email);
    }

    [Fact]
    public void Half_a_surrogate_pair_or_a_noncharacter_is_in_no_address() =>
        Assert.All(["a\ud800@example.com", "\udc00a@example.com", "a@exa\udc00mple.com", "a\uFFFE@example.com", "a@x\uFDD0.example"], text => Assert.False(EmailAddress.TryParse(text, out _, out _)));

    [Fact]
    [Requirement("R189")]
    public void An_address_of_255_characters_passes_and_of_256_does_not()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 46), 4)) + ".ex";

        Assert.True(EmailAddress.TryParse($"{new string('a', 63)}@{domain}e", out var email, out _));
        Assert.Equal(EmailAddress.MaximumOctets, email.Value.Length);

        Assert.False(EmailAddress.TryParse($"{new string('a', 63)}@{domain}ex", out _, out var refusal));
        Assert.Equal(EmailRefusal.TooLong, refusal);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Sixty_four_octets_fit_before_the_at_sign(int length, bool passes)
    {
        Assert.Equal(passes, EmailAddress.TryParse($"{new string('a', length)}@example.com", out _, out var refusal));
        Assert.Equal(passes ? EmailRefusal.None : EmailRefusal.TooLong, refusal);
    }

    [Theory]
    [Requirement("R195")]
    [InlineData("User@MAILINATOR.com")]
    [InlineData("a@x.mailinator.com")]
    [InlineData("a@tempmail.com")]
    [InlineData("a@guerrillamail.com")]
    [InlineData("a@10minutemail.com")]
    [InlineData("a@throwaway.email")]
    [InlineData("a@trashmail.com")]
    public void A_disposable_address_is_refused_but_can_still_sign_in(string text)
    {
        Assert.False(EmailAddress.TryParse(text, out var email, out var refusal));
        Assert.Equal(EmailRefusal.Disposable, refusal);
        Assert.Equal(text, email.Value);
        Assert.Equal("Temporary email addresses are not allowed.", refusal.Explain().Message);
    }

    [Theory]
    [Requirement("R195")]
    [InlineData("a@notmailinator.com")]
    [InlineData("a@mailinator.com.example")]
    [InlineData("mailinator.com@example.com")]
    [InlineData("a@szkola.edu.pl")]
    public void An_address_that_only_looks_disposable_passes(string text) => Assert.True(EmailAddress.TryParse(text, out _, out _));

    [Theory]
    [Requirement("R195")]
    [InlineData("a@mailinator\u3002com")]
    [InlineData("a@ｍailinator.com")]
    [InlineData("\"x@example.com\"@mailinator.com")]
    [InlineData("a@mailinator.com.")]
    public void No_spelling_of_a_disposable_domain_slips_through(string text) => Assert.False(EmailAddress.TryParse(text, out _, out _));

    [Theory]
    [InlineData("m\u0131ke@example.com")]
    [InlineData("M\u0130KE@example.com")]
    [InlineData("mi\u212Ae@example.com")]
    [InlineData("je\u017F\u017Fe@example.com")]
    [InlineData("ｍike@example.com")]
    [InlineData("a@\u212Aelvin.example")]
    [InlineData("a@e\u0130.example")]
    [InlineData("zoe\u0308@example.com")]
    public void A_letter_that_others_fold_into_ascii_is_refused(string text) => Assert.False(EmailAddress.TryParse(text, out _, out _));

    [Fact]
    public void No_two_code_points_share_a_key_unless_they_are_one_letter_in_two_cases()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
        try
        {
            foreach (var form in new[] { "a{0}b@example.com", "a@x{0}y.example" })
            {
                var owners = new Dictionary<string, Rune>();
                foreach (var ascii in Enumerable.Range('a', 26).Concat(Enumerable.Range('0', 10)).Append('-'))
                {
                    owners[KeyOf(form, new Rune(ascii))!] = new Rune(ascii);
                }
                var accepted = 0;
                for (var point = 0x80; point <= 0x1FFFF; point++)
                {
                    if (Rune.IsValid(point) && KeyOf(form, new Rune(point)) is { } key)
                    {
                        accepted++;
                        var owner = owners.TryGetValue(key, out var earlier) ? earlier : owners[key] = new Rune(point);
                        Assert.True(
                            owner.Value == point || (!owner.IsAscii && AreCasesOfOneLetter(owner, new Rune(point))),
                            $"U+{point:X} and U+{owner.Value:X} share a key");
                    }
                }
                Assert.True(accepted > 50_000, $"only {accepted} code points were accepted: the test saw nothing");
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    [Invariant("H3")]
    public void A_hundred_thousand_characters_are_refused_at_once()
    {
        var hostile = new[] { new string('a', 100_000) + "@example.com", "a@" + string.Concat(Enumerable.Repeat("a.", 50_000)) + "com", new string('@', 100_000) };
        var watch = CpuWatch.StartNew();

        Assert.All(hostile, text => Assert.False(EmailAddress.TryParse(text, out _, out _)));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 50);
    }

    [Fact]
    public void An_address_never_shows_in_a_string()
    {
        Assert.True(EmailAddress.TryParse("secret@example.com", out var email, out _));
        Assert.DoesNotContain("secret", $"{email}", StringComparison.Ordinal);
    }

    private static string? KeyOf(string form, Rune rune) =>
        EmailAddress.TryParse(form.Replace("{0}", rune.ToString(), StringComparison.Ordinal), out var email, out _) ? email.Key : null;

    private static bool AreCasesOfOneLetter(Rune one, Rune other) =>
        Rune.ToLowerInvariant(one) == other || Rune.ToLowerInvariant(other) == one;
}
