using Palisade.Configuration;

namespace Palisade.Tests.Configuration;

public class SettingSourcesTests
{
    [Fact, Requirement("R384")]
    public void A_start_without_a_dot_env_file_needs_only_the_environment() =>
        Assert.NotNull(ConfigurationOf.Read(ConfigurationOf.Production(), dotEnv: null).Settings);

    [Fact]
    public void The_environment_wins_over_the_file_and_the_file_over_the_default()
    {
        Assert.Equal(1111, ConfigurationOf.Settings(ConfigurationOf.Production(("PORT", "1111")), "PORT=2222").Port);
        Assert.Equal(2222, ConfigurationOf.Settings(ConfigurationOf.Production(), "PORT=2222").Port);
        Assert.Equal(2222, ConfigurationOf.Settings(ConfigurationOf.Production(("PORT", "")), "PORT=2222").Port);
    }

    [Fact]
    public void A_mounted_file_gives_the_value_without_its_final_newline()
    {
        var key = ConfigurationOf.Production()["ENCRYPTION_KEY"];
        var environment = ConfigurationOf.Production(("ENCRYPTION_KEY", null), ("ENCRYPTION_KEY_FILE", "/run/secrets/key"));

        var settings = ConfigurationOf.Settings(environment, readFile: path => path == "/run/secrets/key" ? key + "\n" : "");

        Assert.Equal(Convert.FromHexString(key), settings.Secrets.EncryptionKey.Reveal());
    }

    [Fact]
    public void A_value_and_a_file_for_the_same_setting_are_a_mistake() =>
        Assert.StartsWith("JWT_SECRET: and JWT_SECRET_FILE", ConfigurationOf.OnlyMistake(
            ConfigurationOf.Production(("JWT_SECRET_FILE", "/run/secrets/jwt")), readFile: _ => "anything"));

    [Fact]
    public void A_file_that_cannot_be_read_is_named_by_its_variable_only()
    {
        var mistakes = ConfigurationOf.Read(
            ConfigurationOf.Production(("SIGNING_KEY", null), ("SIGNING_KEY_FILE", "/run/hidden"))).Mistakes;

        Assert.Contains(mistakes, line => line.StartsWith("SIGNING_KEY_FILE: ", StringComparison.Ordinal));
        Assert.DoesNotContain(mistakes, line => line.Contains("/run/hidden"));
    }

    [Theory, Requirement("R377")]
    [InlineData("CORS_ORIGIN", "ALLOWED_ORIGINS", "https://a.test", "https://b.test")]
    [InlineData(
        "ENCRYPTION_KEY", "FIELD_ENCRYPTION_KEY", null, "1f1c4be07a3d58e62b90c7f415ad836e0d72e9b16c45fa38d10b7e94c26f53a8")]
    [InlineData("SESSION_SECRET", "NEXTAUTH_SECRET", null, "b3a91f70e5d8426b1b7e09f4ad62c85310fe94a7b6d2385cce417098f53ab26d")]
    [InlineData("PUBLIC_URL", "NEXTAUTH_URL", null, "https://other.test")]
    [InlineData("PALISADE_ENVIRONMENT", "NODE_ENV", null, "development")]
    [InlineData("SESSION_PRIVILEGED_IDLE_TIMEOUT", "SESSION_TIMEOUT", "15m", "600000")]
    public void Two_names_of_one_setting_that_disagree_stop_the_start(string name, string alias, string? value, string other)
    {
        var environment = value is null
            ? ConfigurationOf.Production((alias, other)) : ConfigurationOf.Production((name, value), (alias, other));

        var mistake = ConfigurationOf.OnlyMistake(environment);

        Assert.StartsWith($"{name}: ", mistake);
        Assert.Contains(alias, mistake);
        Assert.DoesNotContain(other, mistake);
    }

    [Fact, Requirement("R377")]
    public void Equal_names_or_one_alone_are_fine()
    {
        var key = ConfigurationOf.Production()["ENCRYPTION_KEY"];

        Assert.NotNull(ConfigurationOf.Read(ConfigurationOf.Production(("FIELD_ENCRYPTION_KEY", key))).Settings);
        Assert.NotNull(
            ConfigurationOf.Read(ConfigurationOf.Production(("ENCRYPTION_KEY", null), ("FIELD_ENCRYPTION_KEY", key))).Settings);
        Assert.NotNull(ConfigurationOf.Read(ConfigurationOf.Production(
            ("SESSION_PRIVILEGED_IDLE_TIMEOUT", "15m"), ("SESSION_TIMEOUT", "900000"), ("NODE_ENV", "production"))).Settings);
    }

    [Fact]
    public void Generated_secrets_fill_only_what_is_set_nowhere()
    {
        var own = ConfigurationOf.Production();
        var environment = ConfigurationOf.Development(
            ("JWT_SECRET", null), ("ENCRYPTION_KEY", null), ("FIELD_ENCRYPTION_KEY", own["ENCRYPTION_KEY"]));
        var generated = $"JWT_SECRET={own["JWT_SECRET"]}\nENCRYPTION_KEY=0000\n";

        var result = SettingsReader.Read(environment, null, _ => "", generated);

        Assert.Empty(result.Mistakes);
        Assert.Equal(Convert.FromBase64String(own["JWT_SECRET"]), result.Settings!.Secrets.JwtSecret.Reveal());
        Assert.Equal(Convert.FromHexString(own["ENCRYPTION_KEY"]), result.Settings.Secrets.EncryptionKey.Reveal());
    }
}
