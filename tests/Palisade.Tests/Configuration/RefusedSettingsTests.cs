namespace Palisade.Tests.Configuration;

public class RefusedSettingsTests
{
    [Fact]
    public void A_cookie_domain_stops_the_start_everywhere()
    {
        Assert.StartsWith(
            "COOKIE_DOMAIN: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("COOKIE_DOMAIN", "brokerage.test"))));
        Assert.StartsWith(
            "COOKIE_DOMAIN: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Development(("COOKIE_DOMAIN", "brokerage.test"))));
    }

    [Fact, Requirement("R233")]
    public void A_fixed_nonce_is_ignored_with_a_warning()
    {
        var result = ConfigurationOf.Read(ConfigurationOf.Production(("ENCRYPTION_IV", "000102030405060708090a0b")));

        Assert.NotNull(result.Settings);
        Assert.StartsWith("ENCRYPTION_IV: ", Assert.Single(result.Warnings));
    }

    [Theory, Requirement("R381")]
    [InlineData("SESSION_COOKIE_SECURE", "false", "true")]
    [InlineData("SESSION_COOKIE_HTTPONLY", "false", "true")]
    [InlineData("SESSION_COOKIE_SAMESITE", "Lax", "Strict")]
    public void Cookie_flags_can_only_be_what_they_are(string name, string weak, string safe)
    {
        Assert.StartsWith($"{name}: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production((name, weak))));
        Assert.Empty(ConfigurationOf.Read(ConfigurationOf.Production((name, safe))).Mistakes);
        Assert.StartsWith($"{name}: ", Assert.Single(ConfigurationOf.Read(ConfigurationOf.Development((name, weak))).Warnings));
    }
}
