using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Configuration;
using Palisade.Logging;
using Palisade.Tests.Configuration;

#pragma warning disable CA2254 // The names under test stand in the template, so it varies.

namespace Palisade.Tests.Logging;

public class RedactionTests
{
    private const string Secret = "Tr0ub4dor-and-3";

    public record SignIn(string Email, string Password, Nested Inner);

    public record Nested(string AccessToken, string Ssn, string City);

    public sealed class Attempt
    {
        public override string ToString() => nameof(Attempt);
    }

    public sealed class Card
    {
        [NeverLogged]
        public string Holder { get; init; } = Secret;

        public string Brand { get; init; } = "Visa";
    }

    [Theory, Requirement("R282")]
    [InlineData("Password")]
    [InlineData("new_password")]
    [InlineData("NEWPASSWD")]
    [InlineData("clientSecret")]
    [InlineData("accesstoken")]
    [InlineData("RefreshToken")]
    [InlineData("Authorization")]
    [InlineData("SetCookie")]
    [InlineData("cookie")]
    [InlineData("otp")]
    [InlineData("MfaCode")]
    [InlineData("BackupCodes")]
    [InlineData("SSN")]
    [InlineData("CardNumber")]
    [InlineData("Pan")]
    [InlineData("card_pin")]
    [InlineData("XApiKey")]
    [InlineData("apiKey")]
    [InlineData("ConnectionString")]
    [InlineData("DATABASE_URL")]
    [InlineData("TOTPSeed")]
    [InlineData("PassportNumber")]
    public void A_value_with_a_secret_name_is_hidden_in_data_and_message(string name)
    {
        var line = LogOf.Line(log => log.LogInformation($"got {{{name}}}", Secret));

        Assert.DoesNotContain(Secret, line.GetRawText());
        Assert.Equal("***", line.GetProperty("data").GetProperty(name).GetString());
        Assert.Equal("got ***", line.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("StatusCode")]
    [InlineData("ErrorCode")]
    [InlineData("CountryCode")]
    [InlineData("Shipping")]
    [InlineData("Company")]
    [InlineData("Discarded")]
    [InlineData("Compass")]
    [InlineData("SpanId")]
    [InlineData("KeyId")]
    public void A_harmless_name_that_resembles_a_secret_one_is_shown(string name) =>
        Assert.Equal("shown",
            LogOf.Line(log => log.LogInformation($"{{{name}}}", "shown")).GetProperty("data").GetProperty(name).ToString());

    [Fact, Requirement("R282")]
    public void Nested_objects_dictionaries_and_lists_are_masked_all_the_way_down()
    {
        var headers = new Dictionary<string, string> { ["PASSWORD"] = Secret, ["Set-Cookie"] = Secret, ["X-Api-Key"] = Secret };
        var value = new SignIn("a@b.test", Secret, new Nested(Secret, Secret, "Nairobi"));
        var line = LogOf.Line(log => log.LogInformation("{@Destructured} {Plain} {Many} {Map} {Anonymous} {Pair} {Pairs}",
            value, value, new[] { value }, new Dictionary<string, object> { ["x"] = headers },
            new { Cookie = Secret, Page = 3 }, KeyValuePair.Create("token", Secret),
            new List<KeyValuePair<string, string>> { new("ssn", Secret), new("city", "Mombasa") }));

        Assert.DoesNotContain(Secret, line.GetRawText());
        var data = line.GetProperty("data");
        Assert.Equal("***", data.GetProperty("Destructured").GetProperty("Inner").GetProperty("AccessToken").GetString());
        Assert.Equal("Nairobi", data.GetProperty("Plain").GetProperty("Inner").GetProperty("City").GetString());
        Assert.Equal("***", data.GetProperty("Many")[0].GetProperty("Password").GetString());
        Assert.Equal("***", data.GetProperty("Map").GetProperty("x").GetProperty("PASSWORD").GetString());
        Assert.Equal(3, data.GetProperty("Anonymous").GetProperty("Page").GetInt32());
        Assert.Equal("Mombasa", data.GetProperty("Pairs")[1].GetProperty("city").GetString());
    }

    [Fact, Requirement("R281", "R282")]
    public void A_secret_type_is_hidden_under_any_name()
    {
        var settings = ConfigurationOf.Settings(ConfigurationOf.Production());
        var line = LogOf.Line(log => log.LogInformation("{A} {@B} {@C} {@D} {E} {@F} {G}",
            new Attempt(), new Attempt(), settings, settings.Database, settings.Secrets.JwtSecret, new Card(),
            new byte[] { 1, 2, 3 }));

        var data = line.GetProperty("data");
        Assert.All(["A", "B", "C", "D", "E", "G"], name => Assert.Equal("***", data.GetProperty(name).GetString()));
        Assert.Equal("***", data.GetProperty("F").GetProperty("Holder").GetString());
        Assert.Equal("Visa", data.GetProperty("F").GetProperty("Brand").GetString());
    }

    [Fact, Requirement("R281")]
    public void No_secret_of_the_configuration_reaches_a_line_even_when_all_of_it_is_logged()
    {
        var environment = ConfigurationOf.Production();
        var settings = ConfigurationOf.Settings(environment);
        var line = LogOf.Line(log =>
        {
            log.LogInformation(
                "{@Settings} {@Secrets} {@Environment} {@Text}", settings, settings.Secrets, environment, settings.Database.Url);
        });

        var written = line.GetRawText();
        Assert.All(SettingCatalogue.All.Where(setting => setting.IsSecret && environment.ContainsKey(setting.Name)),
            setting => Assert.DoesNotContain(environment[setting.Name], JsonDocument.Parse(written).RootElement.ToString()));
        Assert.DoesNotContain("p%40ss", written);
        Assert.DoesNotContain(Convert.ToBase64String(settings.Secrets.EncryptionKey.Reveal()), written);
    }

    [Theory, Requirement("R282")]
    [InlineData("GET /reset?page=2&token=Tr0ub4dor-and-3&x=1", "GET /reset?page=2&token=***&x=1")]
    [InlineData("https://h/cb?code=Tr0ub4dor-and-3", "https://h/cb?code=***")]
    [InlineData("Authorization: Bearer Tr0ub4dor-and-3", "Authorization: ***")]
    [InlineData("sent Bearer Tr0ub4dor-and-3 to it", "sent Bearer *** to it")]
    [InlineData("Cookie: a=1; b=Tr0ub4dor-and-3", "Cookie: ***")]
    [InlineData("postgresql://app:Tr0ub4dor-and-3@db/crm", "postgresql://***@db/crm")]
    [InlineData("redis://:Tr0ub4dor-and-3@cache:6379", "redis://***@cache:6379")]
    [InlineData("Host=db;Username=app;Password=Tr0ub4dor-and-3;Port=5", "Host=db;Username=app;Password=***;Port=5")]
    [InlineData("{\"user\":\"a\",\"password\":\"Tr0ub4dor-and-3 with blanks\"}", "{\"user\":\"a\",\"password\":***}")]
    [InlineData("it was eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.Tr0ub4dor-and-3", "it was ***")]
    [InlineData("a=b?c=d&password:Tr0ub4dor-and-3", "a=b?c=d&password:***")]
    [InlineData("Exit code: 1, StatusCode=404", "Exit code: 1, StatusCode=404")]
    [InlineData("nothing secret here: 12:30, a=b", "nothing secret here: 12:30, a=b")]
    public void Secrets_inside_a_text_are_hidden_wherever_the_text_goes(string text, string scrubbed)
    {
        var named = LogOf.Line(log => log.LogInformation("{Text}", text));
        var literal = LogOf.Line(log => log.Log(LogLevel.Information, 0, text, null, (state, _) => state));
        var thrown = LogOf.Line(log => log.LogError(new InvalidOperationException(text), "x"));

        Assert.Equal(scrubbed, named.GetProperty("data").GetProperty("Text").GetString());
        Assert.Equal(scrubbed, named.GetProperty("message").GetString());
        Assert.Equal(scrubbed, literal.GetProperty("message").GetString());
        Assert.Equal(scrubbed, thrown.GetProperty("exception").GetProperty("message").GetString());
    }

    [Fact, Requirement("R282")]
    public void A_sentence_that_names_a_secret_hides_a_value_with_a_harmless_name()
    {
        var line = LogOf.Line(log => log.LogInformation("password={Value}", Secret));

        Assert.Equal("password=***", line.GetProperty("message").GetString());
    }

    [Fact]
    public void A_cycle_ends_and_a_property_that_throws_is_reported()
    {
        var loop = new Dictionary<string, object>();
        loop["self"] = loop;
        var line = LogOf.Line(log => log.LogInformation("{@Loop} {@Broken}", loop, new Broken()));

        Assert.Contains("(unreadable)", line.GetRawText());
    }

    public sealed class Broken
    {
        private readonly string reason = "never";

        public string Value => throw new InvalidOperationException(reason);
    }
}
