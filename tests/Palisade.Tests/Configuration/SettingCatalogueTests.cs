using System.Collections;
using Palisade.Configuration;

namespace Palisade.Tests.Configuration;

public class SettingCatalogueTests
{
    private const string OtherKey = "0d72e9b16c45fa38d10b7e94c26f53a89f1c4be07a3d58e62b90c7f415ad836e";

    // A valid value that is not the default, and what must stand beside it.
    private static readonly Dictionary<string, (string Value, (string, string?)[] Beside)> Samples = new()
    {
        ["PALISADE_ENVIRONMENT"] = ("Development", []),
        ["PALISADE_DATA"] = ("/srv/palisade", []),
        ["PORT"] = ("8443", []),
        ["PUBLIC_URL"] = ("https://other.brokerage.test", []),
        ["DEFAULT_COUNTRY"] = ("KE", []),
        ["DATABASE_URL"] = ("postgresql:///crm?host=/run/postgresql", []),
        ["MIGRATION_DATABASE_URL"] = ("postgresql:///crm?host=/run/postgresql", []),
        ["DB_HOST"] = ("other.internal", Database()),
        ["DB_PORT"] = ("6432", Database()),
        ["DB_NAME"] = ("other", Database()),
        ["DB_USER"] = ("other", Database()),
        ["DB_PASSWORD"] = ("other", Database()),
        ["DB_POOL_MIN"] = ("3", []),
        ["DB_POOL_MAX"] = ("20", []),
        ["DB_IDLE_TIMEOUT"] = ("20s", []),
        ["DB_CONNECTION_TIMEOUT"] = ("3s", []),
        ["DB_STATEMENT_TIMEOUT"] = ("6s", []),
        ["DB_REPORT_TIMEOUT"] = ("40s", []),
        ["REDIS_URL"] = ("rediss://cache.internal:6379", []),
        ["REDIS_HOST"] = ("other.internal", []),
        ["REDIS_PORT"] = ("6381", [("REDIS_HOST", "cache.internal")]),
        ["REDIS_PASSWORD"] = ("other", [("REDIS_HOST", "cache.internal")]),
        ["JWT_SECRET"] = (OtherKey, []),
        ["JWT_REFRESH_SECRET"] = (OtherKey, []),
        ["SESSION_SECRET"] = (OtherKey, []),
        ["ENCRYPTION_KEY"] = (OtherKey, []),
        ["SIGNING_KEY"] = (OtherKey, []),
        ["JWT_ISSUER"] = ("other", []),
        ["JWT_AUDIENCE"] = ("other", []),
        ["JWT_EXPIRATION"] = ("10m", []),
        ["JWT_ALGORITHM"] = ("PS256", []),
        ["JWT_ENCRYPTION"] = ("on", []),
        ["JWT_KEY_ROTATION"] = ("30d", []),
        ["JWT_REFRESH_EXPIRATION"] = ("6d", []),
        ["JWT_REFRESH_ABSOLUTE_EXPIRATION"] = ("20d", []),
        ["SESSION_IDLE_TIMEOUT"] = ("20m", []),
        ["SESSION_PRIVILEGED_IDLE_TIMEOUT"] = ("10m", []),
        ["SESSION_ABSOLUTE_LIFETIME"] = ("12h", []),
        ["ACCOUNT_HOLD"] = ("2h", []),
        ["MAX_SESSIONS"] = ("5", []),
        ["DEVICE_BOUND_SESSIONS"] = ("offer", []),
        ["MFA_ISSUER"] = ("Other", []),
        ["MFA_TOTP_ALGORITHM"] = ("SHA256", []),
        ["MFA_TOTP_STEPS_BACK"] = ("0", []),
        ["MFA_TOTP_STEPS_FORWARD"] = ("1", []),
        ["MFA_PASSKEY_ATTESTATION"] = ("direct", []),
        ["MFA_PASSKEY_ALLOWED_AAGUIDS"] = ("ee882879-721c-4913-9775-3dfcce97072a", [("MFA_PASSKEY_ATTESTATION", "direct")]),
        ["MFA_PASSKEY_DENIED_AAGUIDS"] = ("ee882879-721c-4913-9775-3dfcce97072a", [("MFA_PASSKEY_ATTESTATION", "direct")]),
        ["MFA_PASSKEY_ROOTS_PATH"] = ("/etc/roots.pem", Roots()),
        ["MFA_PASSKEY_ROOTS_SHA256"] = (new string('b', 64), Roots()),
        ["MFA_PASSKEY_LIMIT"] = ("3", []),
        ["MFA_RECOVERY_WAIT"] = ("48h", []),
        ["MFA_RECOVERY_ADMIN_WAIT"] = ("96h", []),
        ["MFA_PROBATION"] = ("48h", []),
        ["REGISTRATION"] = ("closed", []),
        ["PASSWORD_POLICY"] = ("pci-dss-4", []),
        ["PASSWORD_EXPIRY_DAYS"] = ("30", []),
        ["BREACHED_PASSWORDS_URL"] = ("https://breached.internal/range/", []),
        ["MFA_TRUST_ADMINS"] = ("true", []),
        ["ARGON2_MEMORY_MIB"] = ("64", []),
        ["ARGON2_PASSES"] = ("3", []),
        ["CAPTCHA_PROVIDER"] = ("turnstile", Captcha()),
        ["CAPTCHA_SITE_KEY"] = ("other", Captcha()),
        ["CAPTCHA_SECRET"] = ("other", Captcha()),
        ["CAPTCHA_VERIFY_URL"] = ("https://captcha.internal/siteverify", []),
        ["SSL_CERT_PATH"] = ("/etc/other.pem", []),
        ["SSL_KEY_PATH"] = ("/etc/other.key", []),
        ["CORS_ORIGIN"] = ("https://app.brokerage.test", []),
        ["TRUSTED_PROXIES"] = ("10.0.0.0/24", []),
        ["CLIENT_CERT_HEADER"] = ("Client-Cert", [("TRUSTED_PROXIES", "10.0.0.1")]),
        ["RATE_LIMIT_MULTIPLIER"] = ("2", []),
        ["SMTP_HOST"] = ("other.brokerage.test", []),
        ["SMTP_PORT"] = ("465", []),
        ["SMTP_TLS"] = ("implicit", []),
        ["SMTP_USER"] = ("other", MailLogin()),
        ["SMTP_PASS"] = ("other", MailLogin()),
        ["SMTP_CA_PATH"] = ("/etc/other.pem", []),
        ["SMTP_FROM"] = ("other@brokerage.test", []),
        ["PRODUCT_NAME"] = ("Brokerage", []),
        ["DEFAULT_LOCALE"] = ("de", []),
        ["SMS_PROVIDER"] = ("africastalking", Sms()),
        ["SMS_ACCOUNT"] = ("other", Sms()),
        ["SMS_API_KEY"] = ("other", Sms()),
        ["SMS_SENDER"] = ("other", Sms()),
        ["SMS_COST_ESTIMATE"] = ("7", []),
        ["SMS_DAILY_BUDGET_TENANT"] = ("100", []),
        ["SMS_DAILY_BUDGET_COUNTRY"] = ("100", []),
        ["LOG_LEVEL"] = ("error", []),
        ["LOG_FOLDER"] = ("/var/log/palisade", []),
    };

    public static TheoryData<string> Names => [.. SettingCatalogue.All.Select(setting => setting.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Every_documented_setting_reaches_the_program(string name)
    {
        var (value, beside) = Samples[name];
        var before = ConfigurationOf.Production(beside);
        var after = ConfigurationOf.Production([.. beside.Where(other => other.Item1 != name), (name, value)]);

        Assert.NotEqual(Describe(ConfigurationOf.Settings(before)), Describe(ConfigurationOf.Settings(after)));
    }

    private static (string, string?)[] Database() =>
    [
        ("DATABASE_URL", null), ("DB_HOST", "db.internal"), ("DB_PORT", "5433"), ("DB_NAME", "crm"), ("DB_USER", "app"),
        ("DB_PASSWORD", "pw"),
    ];

    private static (string, string?)[] Captcha() => [("CAPTCHA_SITE_KEY", "site"), ("CAPTCHA_SECRET", "hush")];

    private static (string, string?)[] MailLogin() => [("SMTP_USER", "apikey"), ("SMTP_PASS", "pw")];

    private static (string, string?)[] Roots() =>
        [("MFA_PASSKEY_ATTESTATION", "direct"), ("MFA_PASSKEY_ROOTS_PATH", "/etc/makers.pem"), ("MFA_PASSKEY_ROOTS_SHA256", new string('a', 64))];

    private static (string, string?)[] Sms() =>
        [("SMS_PROVIDER", "twilio"), ("SMS_ACCOUNT", "account"), ("SMS_API_KEY", "key"), ("SMS_SENDER", "Sender")];

    // Every property, down to the bytes of the secrets.
    private static string Describe(object? value) => value switch
    {
        null => "",
        SecretValue secret => Convert.ToHexString(secret.Reveal()),
        SecretSettings or DatabaseSettings or MfaSettings or CaptchaSettings or MessagingSettings or PalisadeSettings =>
            string.Join(
                '\n',
                value.GetType().GetProperties().Select(property => $"{property.Name}={Describe(property.GetValue(value))}")),
        IEnumerable list and not string => string.Join(',', list.Cast<object>()),
        _ => value.ToString()!,
    };
}
