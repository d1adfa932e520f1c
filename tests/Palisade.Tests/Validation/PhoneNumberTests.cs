using System.Globalization;
using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class PhoneNumberTests
{
    private static readonly Dictionary<string, string?> UseTheirNeighboursMobiles =
        new() { ["AX"] = "FI", ["IM"] = "GB", ["SJ"] = "NO", ["VA"] = "IT" };

    [Theory]
    [Requirement("R191")]
    [InlineData("+254712345678", "KE", "+254712345678", "+254 712 345678", PhoneKind.Mobile)]
    [InlineData("0712345678", "KE", "+254712345678", "+254 712 345678", PhoneKind.Mobile)]
    [InlineData("+1 (201) 555-0123", "US", "+12015550123", "+1 201 555 0123", PhoneKind.FixedLineOrMobile)]
    [InlineData("020 7946 0958", "GB", "+442079460958", "+44 20 7946 0958", PhoneKind.FixedLine)]
    public void A_number_gives_its_international_form_country_and_kind(string text, string country, string e164, string spoken, PhoneKind kind)
    {
        var number = Parse(text, country);

        Assert.Equal(e164, number.E164);
        Assert.Equal(country, number.Country?.Value);
        Assert.Equal(spoken, number.ToInternational());
        Assert.Equal(kind, number.Kind);
    }

    [Theory]
    [Requirement("R190")]
    [InlineData("254712345678", "+254712345678")]
    [InlineData("000254712345678", "+254712345678")]
    [InlineData("+254 (0) 712 345 678", "+254712345678")]
    [InlineData("٠٧١٢٣٤٥٦٧٨", "+254712345678")]
    [InlineData("＋２５４７１２３４５６７８", "+254712345678")]
    [InlineData("\u202A+254\u00A0712\u2011345\u2011678\u202C", "+254712345678")]
    public void Kenyan_spellings_are_one_number(string text, string e164) => Assert.Equal(e164, Parse(text, "KE").E164);

    [Theory]
    [InlineData("(0-612) 34852", "LT", "+37061234852")]
    [InlineData("8 (912) 345-61-87", "RU", "+79123456187")]
    [InlineData("8 771 000 9442", "KZ", "+77710009442")]
    [InlineData("011 15-2345-6789", "AR", "+5491123456789")]
    [InlineData("9 11 2345 6789", "AR", "+5491123456789")]
    [InlineData("+54 9 11 2345-6789", "AR", "+5491123456789")]
    [InlineData("222 123 4567", "MX", "+522221234567")]
    [InlineData("06 6982 1234", "VA", "+390669821234")]
    [InlineData("06 1234 5678", "IT", "+390612345678")]
    [InlineData("0690 00 12 34", "GP", "+590690001234")]
    [InlineData("07781 123456", "GG", "+447781123456")]
    [InlineData("(11) 96123-4567", "BR", "+5511961234567")]
    [InlineData("0 21 11 96123-4567", "BR", "+5511961234567")]
    [InlineData("+800 1234 5678", "KE", "+80012345678")]
    [InlineData("+44 7400 123456", "KE", "+447400123456")]
    [InlineData("011 44 7400 123456", "CA", "+447400123456")]
    public void National_forms_and_shared_calling_codes_are_read(string text, string country, string e164) =>
        Assert.Equal(e164, Parse(text, country).E164);

    [Theory]
    [InlineData("+1 204 234 5678", "US", "CA")]
    [InlineData("+7 771 000 9442", "RU", "KZ")]
    [InlineData("+39 06 698 12345", "IT", "VA")]
    [InlineData("+1 800 234 5678", "CA", "CA")]
    [InlineData("+383 43 201 234", "RS", null)]
    [InlineData("+881 612345678", "KE", null)]
    public void The_country_of_a_number_is_the_one_whose_plan_holds_it(string text, string asked, string? found) =>
        Assert.Equal(found, Parse(text, asked).Country?.Value);

    [Theory]
    [Requirement("R190", "R191")]
    [InlineData("254712345678\n", PhoneRefusal.Malformed)]
    [InlineData("", PhoneRefusal.Malformed)]
    [InlineData(null, PhoneRefusal.Malformed)]
    [InlineData("call me", PhoneRefusal.Malformed)]
    [InlineData("0712345678 ext. 5", PhoneRefusal.Malformed)]
    [InlineData("0712345678x5", PhoneRefusal.Malformed)]
    [InlineData("0712345678;ext=5", PhoneRefusal.Malformed)]
    [InlineData("0712+345678", PhoneRefusal.Malformed)]
    [InlineData("++254712345678", PhoneRefusal.Malformed)]
    [InlineData("0800-FLOWERS", PhoneRefusal.Malformed)]
    [InlineData("+999 12", PhoneRefusal.UnknownCallingCode)]
    [InlineData("+0712345678", PhoneRefusal.UnknownCallingCode)]
    [InlineData("+254712", PhoneRefusal.WrongLength)]
    [InlineData("071234567", PhoneRefusal.NotInPlan)]
    [InlineData("+254 312 345 678", PhoneRefusal.NotInPlan)]
    [InlineData("+1 201 055 0123", PhoneRefusal.NotInPlan)]
    public void What_no_plan_allows_is_refused_with_a_fixed_sentence(string? text, PhoneRefusal refusal)
    {
        Assert.False(PhoneNumber.TryParse(text, Country("KE"), out var number, out var found));
        Assert.Equal(refusal, found);
        Assert.Equal(default, number);
        Assert.DoesNotContain("712", found.Explain().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_national_number_of_a_country_without_a_plan_is_refused_and_an_international_one_is_not()
    {
        var antarctica = Country("AQ");

        Assert.False(PhoneNumber.TryParse("0712345678", antarctica, out _, out var refusal));
        Assert.Equal(PhoneRefusal.UnknownCallingCode, refusal);
        Assert.True(PhoneNumber.TryParse("+254712345678", antarctica, out _, out _));
    }

    [Fact]
    public void Every_region_reads_its_own_example_abroad_and_at_home()
    {
        using var examples = TestData.Json("phone-examples.json");
        var regions = examples.RootElement.EnumerateObject().ToArray();

        Assert.InRange(regions.Length, 240, 300);
        Assert.All(regions, region =>
        {
            var e164 = region.Value.GetString()!;
            var isCountry = CountryCode.TryParse(region.Name, out var country);
            Assert.True(PhoneNumber.TryParse(e164, country, out var number, out var refusal), $"{region.Name}: {refusal}");
            Assert.Equal(e164, number.E164);
            Assert.Equal(UseTheirNeighboursMobiles.GetValueOrDefault(region.Name, isCountry ? region.Name : null), number.Country?.Value);
            Assert.Equal(e164, number.ToInternational().Replace(" ", "", StringComparison.Ordinal));
            // What one reads out abroad is read again, from any country.
            Assert.True(PhoneNumber.TryParse(number.ToInternational(), default, out var again, out _));
            Assert.Equal(e164, again.E164);
        });
    }

    [Fact]
    [Invariant("H3")]
    public void Digits_without_end_are_refused_at_once()
    {
        var country = Country("AR");
        string[] hostile = [new('1', 100_000), "+" + new string('5', 100_000), new('(', 100_000), string.Concat(Enumerable.Repeat("1 ", 50_000)), new('1', 24)];
        var watch = CpuWatch.StartNew();

        Assert.All(hostile, text => Assert.False(PhoneNumber.TryParse(text, country, out _, out _)));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 250);
    }

    [Fact]
    public void Ten_thousand_numbers_are_read_within_a_second()
    {
        var rows = TestData.Records("customers.csv").Skip(1).Where(fields => fields.Length == 6 && CountryCode.TryParse(fields[3], out _)).ToArray();
        int ReadAll() => rows.Count(fields => CountryCode.TryParse(fields[3], out var country) && PhoneNumber.TryParse(fields[2], country, out _, out _));
        var warm = ReadAll();
        var watch = CpuWatch.StartNew();

        Assert.Equal(warm, ReadAll());
        Assert.True(warm > 9_800);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1_000);
    }

    [Fact]
    public void Numbers_are_read_alike_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
        try
        {
            Assert.Equal("+254712345678", Parse("٠٧١٢ ٣٤٥ ٦٧٨", "KE").E164);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static PhoneNumber Parse(string text, string country)
    {
        Assert.True(PhoneNumber.TryParse(text, Country(country), out var number, out var refusal), $"{text} in {country}: {refusal}");
        return number;
    }

    private static CountryCode Country(string text)
    {
        Assert.True(CountryCode.TryParse(text, out var country));
        return country;
    }
}
