using System.Net;
using Palisade.Configuration;

namespace Palisade.Tests.Configuration;

public class SettingsReaderTests
{
    [Fact]
    public void A_complete_production_environment_is_accepted_with_the_documented_defaults()
    {
        var settings = ConfigurationOf.Settings(ConfigurationOf.Production());

        Assert.Equal(DeploymentEnvironment.Production, settings.Environment);
        Assert.Equal(7443, settings.Port);
        Assert.Equal("./data", settings.DataFolder);
        Assert.Equal(Path.Combine("./data", "logs"), settings.LogFolder);
        Assert.Equal(new Uri("https://crm.brokerage.test"), settings.PublicUrl);
        Assert.Equal((2, 10), (settings.Database.PoolMin, settings.Database.PoolMax));
        Assert.Equal(TimeSpan.FromSeconds(10), settings.Database.IdleTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.Database.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Database.StatementTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Database.ReportTimeout);
        Assert.Equal(("palisade-api", "palisade-client"), (settings.Issuer, settings.Audience));
        Assert.Equal(TimeSpan.FromMinutes(15), settings.AccessTokenLifetime);
        Assert.Equal((TimeSpan.FromDays(7), TimeSpan.FromDays(30)), (settings.RefreshLifetime, settings.RefreshAbsoluteLifetime));
        Assert.Equal(
            (TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15)), (settings.SessionIdle, settings.PrivilegedSessionIdle));
        Assert.Equal(TimeSpan.FromHours(24), settings.SessionAbsolute);
        Assert.Equal(("info", 1d, "US"), (settings.LogLevel, settings.RateLimitMultiplier, settings.DefaultCountry));
        Assert.Empty(settings.CorsOrigins);
        Assert.Empty(settings.KnownProxies);
        Assert.Null(settings.RedisUrl);
        Assert.Equal(32, settings.Secrets.EncryptionKey.Reveal().Length);
        Assert.Equal(48, settings.Secrets.JwtSecret.Reveal().Length);
    }

    [Fact, Requirement("R371")]
    public void All_mistakes_are_listed_at_once_by_name_and_never_by_value()
    {
        var environment = ConfigurationOf.Production(
            ("PORT", "seventy-thousand"), ("JWT_EXPIRATION", "a-fortnight"), ("SESSION_SECRET", "hunter2-hunter2"));

        var result = ConfigurationOf.Read(environment);

        Assert.Null(result.Settings);
        Assert.Equal(3, result.Mistakes.Count);
        Assert.All(
            ["PORT", "JWT_EXPIRATION", "SESSION_SECRET"], name =>
                Assert.Contains(result.Mistakes, line => line.StartsWith($"{name}: ", StringComparison.Ordinal)));
        Assert.All(
            ["seventy-thousand", "a-fortnight", "hunter2"], value =>
                Assert.DoesNotContain(result.Mistakes, line => line.Contains(value)));
    }

    [Fact, Requirement("R371")]
    public void The_report_has_one_line_per_mistake_and_says_when_all_is_well()
    {
        using var bad = new StringWriter();
        using var good = new StringWriter();

        Assert.False(ConfigurationOf.Read(ConfigurationOf.Production(("PORT", "0"), ("LOG_LEVEL", "loud"))).WriteTo(bad));
        Assert.True(ConfigurationOf.Read(ConfigurationOf.Production()).WriteTo(good));

        Assert.Equal(2, bad.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("valid", good.ToString());
    }

    [Theory, Requirement("R372")]
    [InlineData("PUBLIC_URL")]
    [InlineData("SMTP_HOST")]
    [InlineData("SMTP_FROM")]
    [InlineData("DATABASE_URL")]
    [InlineData("JWT_SECRET")]
    [InlineData("JWT_REFRESH_SECRET")]
    [InlineData("SESSION_SECRET")]
    [InlineData("ENCRYPTION_KEY")]
    [InlineData("SIGNING_KEY")]
    public void Production_names_each_required_variable_that_is_missing(string name) =>
        Assert.StartsWith($"{name}: is missing", ConfigurationOf.OnlyMistake(ConfigurationOf.Production((name, null))));

    [Fact, Requirement("R380")]
    public void Without_an_environment_name_the_production_rules_apply()
    {
        var environment = ConfigurationOf.Production(("PALISADE_ENVIRONMENT", null), ("PUBLIC_URL", "http://crm.brokerage.test"));

        Assert.StartsWith("PUBLIC_URL: ", ConfigurationOf.OnlyMistake(environment));
    }

    [Theory, Requirement("R375")]
    [InlineData("http://crm.brokerage.test")]
    [InlineData("crm.brokerage.test")]
    [InlineData("https://")]
    [InlineData("https://crm.brokerage.test/app")]
    [InlineData("https://user:pw@crm.brokerage.test")]
    [InlineData("javascript:alert(1)")]
    public void The_public_url_is_an_https_origin(string url) =>
        Assert.StartsWith("PUBLIC_URL: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("PUBLIC_URL", url))));

    [Fact]
    public void In_development_the_public_url_follows_the_port()
    {
        var settings = ConfigurationOf.Settings(
            ConfigurationOf.Development(("PUBLIC_URL", null), ("PORT", "8443"), ("DATABASE_URL", null)));

        Assert.Equal(new Uri("https://localhost:8443"), settings.PublicUrl);
        Assert.Null(settings.Database.Url);
    }

    [Fact, Requirement("R169")]
    public void A_wildcard_origin_stops_the_start() =>
        Assert.Contains(
            "wildcard",
            ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("ALLOWED_ORIGINS", "https://app.brokerage.test, *"))));

    [Theory]
    [InlineData("http://app.brokerage.test")]
    [InlineData("https://app.brokerage.test/")]
    [InlineData("https://App.brokerage.test")]
    [InlineData("https://app.brokerage.test:443")]
    [InlineData("https://*.brokerage.test")]
    [InlineData("null")]
    public void An_origin_that_no_browser_would_send_is_refused(string origin) =>
        Assert.StartsWith("CORS_ORIGIN: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("CORS_ORIGIN", origin))));

    [Fact]
    public void Origins_and_proxies_are_lists()
    {
        var settings = ConfigurationOf.Settings(ConfigurationOf.Production(
            ("CORS_ORIGIN", "https://app.brokerage.test,https://admin.brokerage.test:8443"),
            ("TRUSTED_PROXIES", "10.0.0.7, fd00::/8")));

        Assert.Equal(["https://app.brokerage.test", "https://admin.brokerage.test:8443"], settings.CorsOrigins);
        Assert.Equal([IPNetwork.Parse("10.0.0.7/32"), IPNetwork.Parse("fd00::/8")], settings.KnownProxies);
    }

    [Theory]
    [InlineData("TRUSTED_PROXIES", "0.0.0.0/0")]
    [InlineData("TRUSTED_PROXIES", "proxy.internal")]
    [InlineData("RATE_LIMIT_MULTIPLIER", "11")]
    [InlineData("RATE_LIMIT_MULTIPLIER", "NaN")]
    [InlineData("DEFAULT_COUNTRY", "UK")]
    [InlineData("JWT_EXPIRATION", "900")]
    [InlineData("JWT_EXPIRATION", "2h")]
    [InlineData("JWT_REFRESH_EXPIRATION", "-7d")]
    [InlineData("PORT", "٧٤٤٣")]
    [InlineData("LOG_LEVEL", "verbose")]
    [InlineData("PALISADE_ENVIRONMENT", "Staging")]
    [InlineData("JWT_ISSUER", "two\nlines")]
    public void A_value_outside_its_kind_or_range_is_refused_by_name(string name, string value) =>
        Assert.StartsWith($"{name}: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production((name, value))));

    [Fact]
    public void Lifetimes_that_contradict_each_other_are_refused()
    {
        Assert.StartsWith("SESSION_PRIVILEGED_IDLE_TIMEOUT: ",
            ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("SESSION_PRIVILEGED_IDLE_TIMEOUT", "45m"))));
        Assert.StartsWith("JWT_REFRESH_EXPIRATION: ",
            ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("JWT_REFRESH_ABSOLUTE_EXPIRATION", "2d"))));
    }

    [Fact]
    public void The_privileged_idle_time_is_read_in_milliseconds_and_follows_a_shorter_general_one()
    {
        Assert.Equal(TimeSpan.FromMinutes(10),
            ConfigurationOf.Settings(ConfigurationOf.Production(("SESSION_TIMEOUT", "600000"))).PrivilegedSessionIdle);
        Assert.Equal(TimeSpan.FromMinutes(5),
            ConfigurationOf.Settings(ConfigurationOf.Production(("SESSION_IDLE_TIMEOUT", "5m"))).PrivilegedSessionIdle);
    }

    [Fact, Requirement("R376")]
    public void The_pool_settings_of_the_sources_are_read_in_their_units()
    {
        var database = ConfigurationOf.Settings(ConfigurationOf.Production(
            ("DB_POOL_MIN", "1"), ("DB_POOL_MAX", "4"), ("DB_IDLE_TIMEOUT", "20000"), ("DB_CONNECTION_TIMEOUT", "3000"),
            ("DB_STATEMENT_TIMEOUT", "750ms"), ("DB_REPORT_TIMEOUT", "1m"))).Database;

        Assert.Equal((1, 4), (database.PoolMin, database.PoolMax));
        Assert.Equal(TimeSpan.FromSeconds(20), database.IdleTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), database.ConnectTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(750), database.StatementTimeout);
        Assert.Equal(TimeSpan.FromMinutes(1), database.ReportTimeout);
    }

    [Fact, Requirement("R376")]
    public void An_unknown_name_with_our_prefix_is_a_mistake_and_a_stranger_in_our_file_a_warning()
    {
        Assert.StartsWith("PALISADE_PROT: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production(("PALISADE_PROT", "1"))));

        var result = ConfigurationOf.Read(ConfigurationOf.Production(("HOME", "/root")), "SENTRY_DSN=https://x.invalid\n");
        Assert.NotNull(result.Settings);
        Assert.StartsWith("SENTRY_DSN: ", Assert.Single(result.Warnings));
    }
}
