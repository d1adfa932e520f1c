using Palisade.Passwords.Internal;

namespace Palisade.Passwords;

/// <summary>What every profile keeps; each profile's suite inherits it and adds its own.</summary>
public abstract class PasswordPolicyContract(PasswordProfile profile)
{
    private readonly PasswordPolicy policy = new(new PasswordOptions { Profile = profile });

    private static PasswordHolder Ada { get; } = new("ada.lovelace@analytical.example.org", "Ada Lovelace", "Harbour Estates Ltd", BesideSecondFactor: false);

    /// <summary>Fills up to the length that is asked, all kinds of characters in it, nothing to guess.</summary>
    private const string Unguessable = "vK8#qz Tm2!wRb9&xLp4?cHd6%";

    protected string Codes(string password, bool besideSecondFactor = false) =>
        string.Join(' ', policy.Check(password, Ada with { BesideSecondFactor = besideSecondFactor }, "password").Select(error => error.Code));

    [Fact]
    public void The_shortest_length_is_enough_and_one_less_is_not()
    {
        Assert.Equal("", Codes(Unguessable[..profile.MinLength]));
        Assert.Contains("too_short", Codes(Unguessable[..(profile.MinLength - 1)]), StringComparison.Ordinal);
        Assert.Equal("", Codes(Unguessable[..profile.MinLengthBesideSecondFactor], besideSecondFactor: true));
        Assert.Contains("too_short", Codes(Unguessable[..(profile.MinLengthBesideSecondFactor - 1)], besideSecondFactor: true), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("R019")]
    public void No_profile_takes_less_than_12_characters_even_beside_a_second_factor()
    {
        Assert.True(profile.MinLength >= 12);
        Assert.True(profile.MinLengthBesideSecondFactor >= 12);
        Assert.Contains("too_short", Codes(Unguessable[..11], besideSecondFactor: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Length_is_counted_in_characters_as_people_see_them_written_either_way()
    {
        // 11 characters in 12 and more units: still too short.
        Assert.Contains("too_short", Codes("🗝A1" + Unguessable[..8]), StringComparison.Ordinal);
        Assert.Contains("too_short", Codes("e\u0301A1" + Unguessable[..8]), StringComparison.Ordinal);
        Assert.Equal(Codes("\u00E9A1" + Unguessable[..12]), Codes("e\u0301A1" + Unguessable[..12]));
    }

    [Fact]
    public void Sixty_four_and_128_characters_are_welcome_and_129_are_not()
    {
        foreach (var length in (int[])[64, 128])
        {
            Assert.Equal("", Codes(Unguessable + new string('m', length - Unguessable.Length)));
            Assert.Equal("", Codes(Unguessable[..15] + string.Concat(Enumerable.Repeat("🗝", length - 15))));
        }

        Assert.Equal("too_long", Codes(Unguessable + new string('x', 129 - Unguessable.Length)));
    }

    [Theory]
    [InlineData("Password123456!x")]
    [InlineData("P@ssw0rd2024!!!!")]
    [InlineData("Baseball2024!!!!")]
    [InlineData("1qaz@WSX3edc$RFV")]
    public void What_is_tried_first_is_refused_in_its_disguises_too(string password) =>
        Assert.Matches("too_common|too_guessable", Codes(password));

    [Theory]
    [InlineData("AdaLovelace2024!")]
    [InlineData("Ada.Lovelace1815")]
    [InlineData("4d4L0v3l4c3!2024")]
    [InlineData("ecalevoLadA2024!")]
    [InlineData("HarbourEstates1!")]
    [InlineData("Palisade-Palisade-1")]
    [InlineData("3d4sil4P3d4sil4P!9")]
    [InlineData("Analytical2024!!")]
    public void What_is_made_of_the_person_the_company_or_the_product_is_refused(string password) =>
        Assert.Equal("too_personal", Codes(password));

    [Fact]
    public void A_long_password_that_merely_holds_such_a_word_is_taken() =>
        Assert.Equal("", Codes("7 Lovelace moons over a Harbour of tin!"));

    [Theory]
    [InlineData("Aaaaaaaaaaaaaa1!")]
    [InlineData("Abcdefghijklmno1!")]
    [InlineData("Qwertyuiopasdfg1!")]
    public void What_is_easy_to_guess_is_refused_with_the_reason_in_words(string password)
    {
        Assert.Matches("too_common|too_guessable", Codes(password));
        var weak = Strength.Of(password, []);
        Assert.True(weak.Score < 2);
        Assert.NotEmpty(weak.Because);
    }

    [Fact]
    public void A_refusal_never_repeats_the_password() =>
        Assert.All(
            (string[])["short", "AdaLovelace2024!", "P@ssw0rd2024!!!!", "Aaaaaaaaaaaaaa1!"],
            password => Assert.All(policy.Check(password, Ada, "newPassword"), error =>
            {
                Assert.Equal("newPassword", error.Field);
                Assert.DoesNotContain(password, error.Message, StringComparison.OrdinalIgnoreCase);
            }));

    [Theory]
    [InlineData("\0nul in the middle of it")]
    [InlineData("\uFFFEno character at all here")]
    public void What_no_keyboard_makes_is_malformed(string password) => Assert.Equal("malformed", Codes(password));
}

public sealed class DefaultPolicyTests() : PasswordPolicyContract(PasswordProfile.Default)
{
    [Theory]
    [InlineData("ABCDEFGH1!XY", "needs_lower_case")]
    [InlineData("vkqztmwrbx8#", "needs_upper_case")]
    [InlineData("vKqztmwrbx##", "needs_digit")]
    [InlineData("vKqztmwrbx88", "needs_special")]
    [InlineData("vkq", "too_short needs_upper_case needs_digit needs_special")]
    public void Each_kind_that_is_missing_is_named(string password, string codes) => Assert.Equal(codes, Codes(password));

    [Theory]
    [InlineData("Abcdefgh1!xy")]
    [InlineData("Aa1#bbbbbbbb")]
    [InlineData("Pass word 12 é!")]
    [InlineData(" Sixty-four characters, of all the classes there are: aB3$ ÄÖÜ ß 🗝")]
    public void What_the_register_names_is_taken(string password) => Assert.Equal("", Codes(password));
}

public sealed class NistPolicyTests() : PasswordPolicyContract(PasswordProfile.Nist)
{
    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("trombonemarzipanglacier")]
    [InlineData("830174926518203")]
    [InlineData("🗝 🦔 🌋 🪗 🧵 🪐 🦑 🧭")]
    public void No_kind_of_character_is_demanded(string password) => Assert.Equal("", Codes(password));

    [Fact]
    public void Fourteen_characters_are_too_few_alone_and_enough_beside_a_second_factor()
    {
        Assert.Equal("too_short", Codes("vK8#qz Tm2!wRb"));
        Assert.Equal("", Codes("vK8#qz Tm2!wRb", besideSecondFactor: true));
    }

    [Fact]
    public void Nothing_expires_and_nothing_is_remembered() => Assert.Equal((0, 0), (PasswordProfile.Nist.ExpiryDays, PasswordProfile.Nist.Remembered));
}

public sealed class PciPolicyTests() : PasswordPolicyContract(PasswordProfile.Pci)
{
    [Theory]
    [InlineData("830174926518", "needs_letter")]
    [InlineData("vkqztmwrbxlp", "needs_digit")]
    [InlineData("vkqztm8wrbxlp", "")]
    [InlineData("私の傘は青いです、たぶん8", "")]
    public void Letters_and_digits_are_demanded(string password, string codes) => Assert.Equal(codes, Codes(password));

    [Fact]
    public void Four_are_remembered_for_90_days_each() => Assert.Equal((4, 90), (PasswordProfile.Pci.Remembered, PasswordProfile.Pci.ExpiryDays));
}
