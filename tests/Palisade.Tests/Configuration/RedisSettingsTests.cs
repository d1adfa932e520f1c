namespace Palisade.Tests.Configuration;

public class RedisSettingsTests
{
    [Fact, Requirement("R377")]
    public void Host_port_and_password_become_a_url_with_tls_in_production()
    {
        (string, string?)[] parts = [("REDIS_HOST", "cache.internal"), ("REDIS_PORT", "6380"), ("REDIS_PASSWORD", "p@ss/word")];

        Assert.Equal(
            "rediss://:p%40ss%2Fword@cache.internal:6380", ConfigurationOf.Settings(ConfigurationOf.Production(parts)).RedisUrl);
        Assert.Equal(
            "redis://:p%40ss%2Fword@cache.internal:6380", ConfigurationOf.Settings(ConfigurationOf.Development(parts)).RedisUrl);
    }

    [Fact, Requirement("R377")]
    public void A_url_and_a_host_together_are_a_conflict() => Assert.StartsWith("REDIS_URL: and REDIS_HOST",
        ConfigurationOf.OnlyMistake(
            ConfigurationOf.Production(("REDIS_URL", "rediss://cache.internal"), ("REDIS_HOST", "cache.internal"))));

    [Theory]
    [InlineData("redis://:hunter2@cache.internal:6379")]
    [InlineData("http://cache.internal")]
    [InlineData("cache.internal:6379")]
    [InlineData("rediss://")]
    [InlineData("unix:///run/redis.sock")]
    public void Production_wants_tls_to_a_named_host(string url)
    {
        var mistake = ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("REDIS_URL", url)));

        Assert.StartsWith("REDIS_URL: ", mistake);
        Assert.DoesNotContain("hunter2", mistake);
    }

    [Fact]
    public void Tls_is_accepted() => Assert.Equal(
        "rediss://:pw@cache.internal:6379", ConfigurationOf.Settings(ConfigurationOf.Production(("REDIS_URL", "rediss://:pw@cache.internal:6379"))).RedisUrl);

    [Fact]
    public void A_part_without_a_host_is_reported() =>
        Assert.StartsWith("REDIS_PASSWORD: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("REDIS_PASSWORD", "x"))));
}
