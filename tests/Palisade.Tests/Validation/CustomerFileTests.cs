using System.Text.Json;
using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class CustomerFileTests
{
    [Fact]
    [Requirement("R191", "R193")]
    public void Each_of_ten_thousand_customers_is_good_or_bad_in_the_expected_field()
    {
        using var expected = TestData.Json("customers.expected.json");
        var expectedBad = expected.RootElement.GetProperty("bad").EnumerateArray()
            .Select(bad => (bad.GetProperty("line").GetInt32(), bad.GetProperty("field").GetString()!)).ToArray();

        var found = Classify().ToArray();

        Assert.Equal(expectedBad, found.Where(row => row.BadField is not null).Select(row => (row.Line, row.BadField!)));
        Assert.Equal(expected.RootElement.GetProperty("rows").GetInt32(), found.Length);
        Assert.Equal(expected.RootElement.GetProperty("good").GetInt32(), found.Count(row => row.BadField is null));
    }

    [Fact]
    [Requirement("R191")]
    public void The_sampled_customers_keep_their_names_and_get_the_expected_numbers()
    {
        using var expected = TestData.Json("customers.expected.json");
        var sample = expected.RootElement.GetProperty("sample").EnumerateArray().ToArray();
        var found = Classify().ToDictionary(row => row.Line);

        Assert.NotEmpty(sample);
        Assert.All(sample, wanted =>
        {
            var row = found[wanted.GetProperty("line").GetInt32()];
            Assert.Equal(Text(wanted, "name"), row.Name);
            Assert.Equal(Text(wanted, "email"), row.Email);
            Assert.Equal(Text(wanted, "e164"), row.Phone.E164);
            Assert.Equal(Text(wanted, "country"), row.Phone.Country?.Value);
        });
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private sealed record Row(int Line, string? BadField, string? Name = null, string? Email = null, PhoneNumber Phone = default);

    private static IEnumerable<Row> Classify()
    {
        var known = new HashSet<EmailAddress>();
        var line = 1;
        foreach (var fields in TestData.Records("customers.csv").Skip(1))
        {
            line++;
            if (fields is not [var nameText, var emailText, var phoneText, var countryText, _, _])
            {
                yield return new Row(line, "row");
                continue;
            }
            var (phone, bad) = (default(PhoneNumber), default(string));
            if (!PersonName.TryParse(nameText, out var name, out _))
            {
                bad = "name";
            }
            else if (!EmailAddress.TryParse(emailText, out var email, out _) || !known.Add(email))
            {
                bad = "email";
            }
            else if (!CountryCode.TryParse(countryText, out var country))
            {
                bad = "country";
            }
            else if (!PhoneNumber.TryParse(phoneText, country, out phone, out _))
            {
                bad = "phone";
            }
            yield return new Row(line, bad, name.Value, emailText, phone);
        }
    }
}
