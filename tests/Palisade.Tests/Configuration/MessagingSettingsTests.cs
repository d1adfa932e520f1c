namespace Palisade.Tests.Configuration;

public class MessagingSettingsTests
{
    [Theory, InlineData("587", false), InlineData("465", true), InlineData("2525", false)]
    public void The_port_decides_how_tls_begins_unless_the_setting_does(string port, bool isImplicit)
    {
        Assert.Equal(isImplicit, ConfigurationOf.Settings(ConfigurationOf.Production(("SMTP_PORT", port))).Messaging.SmtpImplicitTls);
        Assert.True(ConfigurationOf.Settings(ConfigurationOf.Production(("SMTP_PORT", port), ("SMTP_TLS", "implicit"))).Messaging.SmtpImplicitTls);
        Assert.False(ConfigurationOf.Settings(ConfigurationOf.Production(("SMTP_PORT", port), ("SMTP_TLS", "starttls"))).Messaging.SmtpImplicitTls);
    }

    [Fact]
    public void The_sources_own_lines_for_sendgrid_mean_587_with_starttls()
    {
        var result = ConfigurationOf.Read(ConfigurationOf.Production(
            ("SMTP_HOST", "smtp.sendgrid.net"), ("SMTP_PORT", "587"), ("SMTP_USER", "apikey"), ("SENDGRID_API_KEY", "SG.key"), ("SMTP_SECURE", "true"), ("SMTP_TLS_CIPHERS", "TLSv1.2")));

        Assert.Equal(["SMTP_SECURE", "SMTP_TLS_CIPHERS"], result.Warnings.Select(warning => warning.Split(':')[0]));
        var messaging = result.Settings!.Messaging;
        Assert.Equal(("smtp.sendgrid.net", 587, false, "apikey", "SG.key"), (messaging.SmtpHost, messaging.SmtpPort, messaging.SmtpImplicitTls, messaging.SmtpUser, messaging.SmtpPassword));
    }

    [Fact, Requirement("R377")]
    public void Two_names_of_the_password_must_agree()
    {
        Assert.StartsWith("SMTP_PASS: ", ConfigurationOf.OnlyMistake(
            ConfigurationOf.Production(("SMTP_USER", "apikey"), ("SMTP_PASS", "one"), ("SENDGRID_API_KEY", "two"))));
        Assert.Empty(ConfigurationOf.Read(ConfigurationOf.Production(("SMTP_USER", "apikey"), ("SMTP_PASSWORD", "one"), ("SENDGRID_API_KEY", "one"))).Mistakes);
    }

    [Theory]
    [InlineData("SMTP_SECURE", "false"), InlineData("SMTP_USER", "apikey"), InlineData("SMTP_HOST", "two words"), InlineData("SMTP_FROM", "Palisade <a@b.test>")]
    [InlineData("SMTP_TLS", "none"), InlineData("SMS_PROVIDER", "folder"), InlineData("SMS_ACCOUNT", "unused"), InlineData("DEFAULT_LOCALE", "xx")]
    public void Production_refuses_what_would_weaken_or_lose_messages(string name, string value) =>
        Assert.StartsWith($"{name}: ", ConfigurationOf.OnlyMistake(ConfigurationOf.Production((name, value))));

    [Fact]
    public void A_provider_of_sms_needs_its_account_and_key()
    {
        var mistakes = ConfigurationOf.Read(ConfigurationOf.Production(("SMS_PROVIDER", "twilio"))).Mistakes;

        Assert.Equal(["SMS_ACCOUNT", "SMS_API_KEY", "SMS_SENDER"], mistakes.Select(mistake => mistake.Split(':')[0]));
    }

    [Fact]
    public void Development_writes_into_the_folder()
    {
        var messaging = ConfigurationOf.Settings(ConfigurationOf.Development(("SMTP_HOST", null), ("SMTP_FROM", null))).Messaging;

        Assert.Equal((null, "folder", "no-reply@crm.brokerage.test"), (messaging.SmtpHost, messaging.SmsProvider, messaging.From));
    }
}
