using Palisade.Logging;

namespace Palisade.Tests.Logging;

public class MaskTests
{
    [Theory, Requirement("R283")]
    [InlineData("+15551234567", "***-***-4567")]
    [InlineData("(555) 123-4567", "***-***-4567")]
    [InlineData("12345678", "***-***-5678")]
    [InlineData("1234567", "****")]
    [InlineData("1234", "****")]
    [InlineData("12", "****")]
    [InlineData("", "****")]
    [InlineData("١٢٣٤٥٦٧٨", "****")]
    [InlineData(null, "")]
    public void A_phone_number_shows_its_end_only_when_enough_is_hidden(string? phone, string masked) =>
        Assert.Equal(masked, Mask.Phone(phone));

    [Theory, Requirement("R284")]
    [InlineData("john@example.com", "j***@example.com")]
    [InlineData("j@x.io", "***@x.io")]
    [InlineData("notanemail", "***")]
    [InlineData("@example.com", "***")]
    [InlineData("john@", "***")]
    [InlineData("john@localhost", "***")]
    [InlineData("john@a@example.com", "***")]
    [InlineData("john@example.com\r\nBcc: x@y.com", "***")]
    [InlineData("\u202Ejohn@example.com", "***@example.com")]
    [InlineData("😀@example.com", "***@example.com")]
    [InlineData("", "***")]
    [InlineData(null, "")]
    public void An_address_shows_one_letter_and_the_domain_or_nothing(string? email, string masked) =>
        Assert.Equal(masked, Mask.Email(email));

    [Theory, Requirement("R285")]
    [InlineData("AB1234589", "AB****89")]
    [InlineData("AB123458", "AB****58")]
    [InlineData("AB12345", "****")]
    [InlineData("AB123", "****")]
    [InlineData("AB12", "****")]
    [InlineData("AB\n1234589", "****")]
    [InlineData(null, "")]
    public void A_passport_number_shows_its_ends_only_when_enough_is_hidden(string? number, string masked) =>
        Assert.Equal(masked, Mask.Passport(number));
}
