using System.Text.Json;

namespace Palisade.Tests.Configuration;

public class SecretValueTests
{
    [Theory, Requirement("R373", "R374")]
    [InlineData("a 31 byte secret, 31 byte secre")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("your-secret-key-here-min-32-chars")]
    [InlineData("change-me-change-you-and-everybody-else-too")]
    [InlineData("f47ac10b58cc4372a5670e02b2c3d479f47ac10b58cc4372a5670e02b2c3d479")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    [InlineData("!abcdefghijklmnopqrstuvwxyz{|}~ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    [InlineData("correct horse correct horse correct horse correct horse ...")]
    [InlineData("QUJDREVGR0hJSktMTU5PUFFSU1RVVg==")]
    public void A_short_sample_or_patterned_secret_is_refused(string secret)
    {
        var mistake = ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("SESSION_SECRET", secret)));

        Assert.StartsWith("SESSION_SECRET: ", mistake);
        Assert.DoesNotContain(secret, mistake);
    }

    [Theory, Requirement("R239")]
    [InlineData("9f1c4be07a3d58e62b90c7f415ad836e0d72e9b16c45fa38d10b7e94c26f53a")] // 63 digits
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("9f1c4be07a3d58e62b90c7f415ad836e0d72e9b16c45fa38d10b7e94c26f53a8ff")] // 33 bytes
    [InlineData("thirty-two characters, not bytes")]
    public void The_encryption_key_is_32_random_bytes_in_hex_or_base64(string key) =>
        Assert.StartsWith("ENCRYPTION_KEY: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("ENCRYPTION_KEY", key))));

    [Fact, Requirement("R239", "R374")]
    public void Equal_secrets_are_refused_even_when_written_differently()
    {
        var hex = ConfigurationOf.Production()["ENCRYPTION_KEY"];
        var base64 = Convert.ToBase64String(Convert.FromHexString(hex));

        var mistake = ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("SIGNING_KEY", base64)));

        Assert.Equal("SIGNING_KEY: has the same value as ENCRYPTION_KEY; every secret must be its own.", mistake);
    }

    [Fact, Requirement("R374")]
    public void Base64_url_and_plain_text_secrets_of_enough_variety_are_accepted()
    {
        var settings = ConfigurationOf.Settings(ConfigurationOf.Production(
            ("JWT_SECRET", "-_Yy2rJcK0m6o1Tqv8bDgNeLhXzWuA4ipR5sE7kVtQ3CjFZ9nMwBOaUHGlSdPI-y"),
            ("SESSION_SECRET", "Kx#9 vQ!2 mZ@7 pL$4 wR%8 tB^1 nH&5 cJ*3")));

        Assert.Equal(48, settings.Secrets.JwtSecret.Reveal().Length);
        Assert.Equal(39, settings.Secrets.SessionSecret.Reveal().Length);
    }

    [Fact, Requirement("R281")]
    public void A_secret_shows_only_its_name()
    {
        var secrets = ConfigurationOf.Settings(ConfigurationOf.Production()).Secrets;

        Assert.Equal("JwtSecret", secrets.JwtSecret.ToString());
        Assert.Equal("EncryptionKey", $"{secrets.EncryptionKey}");
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(secrets.SigningKey));
    }
}
