namespace Palisade.Configuration;

/// <summary>Every setting that has an effect.</summary>
/// <remarks>The reader, <c>.env.example</c> and the table in the documents all come from here.</remarks>
public static class SettingCatalogue
{
    private const string General = "General", Database = "PostgreSQL", Redis = "Redis", Secrets = "Secrets",
    Lifetimes = "Tokens and sessions", Passwords = "Passwords", Mfa = "Second factors", Web = "Web", Messages = "Mail and SMS", Logging = "Logging";

    internal static readonly Setting Environment = new("PALISADE_ENVIRONMENT", General, SettingKind.Choice,
        "Which rules apply; Production refuses to start on any unsafe or missing value.")
    { Aliases = ["NODE_ENV", "ASPNETCORE_ENVIRONMENT"], Default = "Production", Choices = ["Production", "Development"] };

    internal static readonly Setting Data = new("PALISADE_DATA", General, SettingKind.Path,
        "The folder of this instance's files.")
    { Default = "./data" };

    internal static readonly Setting Port = new("PORT", General, SettingKind.WholeNumber, "The TCP port of the HTTPS listener.")
    { Default = "7443", Minimum = "1", Maximum = "65535" };

    internal static readonly Setting PublicUrl = new("PUBLIC_URL", General, SettingKind.Url,
        "The origin people type and mail links use; https in Production.")
    {
        Aliases = ["NEXTAUTH_URL"],
        RequiredInProduction = true,
        DerivedDefault = "https://localhost:PORT in Development",
        Example = "https://replace-me.invalid",
    };

    internal static readonly Setting DefaultCountry = new("DEFAULT_COUNTRY", General, SettingKind.Text,
        "The country (ISO 3166-1 alpha-2) of telephone numbers written without one.")
    { Default = "US" };

    internal static readonly Setting Registration = new("REGISTRATION", General, SettingKind.Choice,
        "Whether strangers may register, each in a company of their own, or only administrators invite.")
    { Default = "open", Choices = ["open", "closed"] };

    internal static readonly Setting DatabaseAddress = new("DATABASE_URL", Database, SettingKind.Text,
        "The application's connection: a postgresql:// URL or an Npgsql string; in Production verify-full or a unix socket.")
    {
        RequiredInProduction = true,
        IsSecret = true,
        DerivedDefault = "a private cluster in Development",
        Example = "postgresql://palisade_app:replace-me@db.internal/palisade?sslmode=verify-full&sslrootcert=/etc/ssl/db-ca.pem",
    };

    internal static readonly Setting MigrationDatabaseAddress = new("MIGRATION_DATABASE_URL", Database, SettingKind.Text,
        "The connection of the role that owns the schema, for migrations; same rules as DATABASE_URL.")
    { IsSecret = true, DerivedDefault = "DATABASE_URL" };

    internal static readonly Setting DatabaseHost = new("DB_HOST", Database, SettingKind.Text,
        "Host name or socket folder, instead of DATABASE_URL; Production then verifies the server's certificate and name.");

    internal static readonly Setting DatabasePort = new(
        "DB_PORT", Database, SettingKind.WholeNumber, "The server's port, with DB_HOST.")
    { Default = "5432", Minimum = "1", Maximum = "65535" };

    internal static readonly Setting DatabaseName = new("DB_NAME", Database, SettingKind.Text, "The database, with DB_HOST.");

    internal static readonly Setting DatabaseUser = new("DB_USER", Database, SettingKind.Text, "The role, with DB_HOST.");

    internal static readonly Setting DatabasePassword = new(
        "DB_PASSWORD", Database, SettingKind.Text, "The role's password, with DB_HOST.")
    { IsSecret = true };

    internal static readonly Setting PoolMin = new(
        "DB_POOL_MIN", Database, SettingKind.WholeNumber, "Connections kept open while idle.")
    { Default = "2", Minimum = "0", Maximum = "100" };

    internal static readonly Setting PoolMax = new(
        "DB_POOL_MAX", Database, SettingKind.WholeNumber, "Most connections of one process.")
    { Default = "10", Minimum = "1", Maximum = "1000" };

    internal static readonly Setting IdleTimeout = new("DB_IDLE_TIMEOUT", Database, SettingKind.Duration,
        "How long a spare connection may be idle; without a unit, milliseconds.")
    { Default = "10s", Minimum = "1s", Maximum = "1h", BareMilliseconds = true };

    internal static readonly Setting ConnectTimeout = new("DB_CONNECTION_TIMEOUT", Database, SettingKind.Duration,
        "How long connecting may take; without a unit, milliseconds.")
    { Default = "2s", Minimum = "1s", Maximum = "1m", BareMilliseconds = true };

    internal static readonly Setting StatementTimeout = new("DB_STATEMENT_TIMEOUT", Database, SettingKind.Duration,
        "When the server cancels an interactive statement; without a unit, milliseconds.")
    { Default = "5s", Minimum = "100ms", Maximum = "1m", BareMilliseconds = true };

    internal static readonly Setting ReportTimeout = new("DB_REPORT_TIMEOUT", Database, SettingKind.Duration,
        "When the server cancels a report or an export; without a unit, milliseconds.")
    { Default = "30s", Minimum = "1s", Maximum = "10m", BareMilliseconds = true };

    internal static readonly Setting RedisAddress = new("REDIS_URL", Redis, SettingKind.Text,
        "The Redis that several instances share, with maxmemory-policy noeviction; Production needs rediss://.")
    { IsSecret = true, DerivedDefault = "none; instances then hear of each other's revocations from PostgreSQL alone" };

    internal static readonly Setting RedisHost = new("REDIS_HOST", Redis, SettingKind.Text,
        "Host name, instead of REDIS_URL; Production then uses TLS.");

    internal static readonly Setting RedisPort = new(
        "REDIS_PORT", Redis, SettingKind.WholeNumber, "The server's port, with REDIS_HOST.")
    { Default = "6379", Minimum = "1", Maximum = "65535" };

    internal static readonly Setting RedisPassword = new(
        "REDIS_PASSWORD", Redis, SettingKind.Text, "The password, with REDIS_HOST.")
    { IsSecret = true };

    internal static readonly Setting JwtSecret = Key("JWT_SECRET", "Hashes one-time tokens (challenges, invitations, backup codes) for the database; 48 random bytes in base64.");

    internal static readonly Setting JwtRefreshSecret = Key(
        "JWT_REFRESH_SECRET", "Tags refresh tokens and derives their successors; 48 random bytes in base64.");

    internal static readonly Setting SessionSecret = Key(
        "SESSION_SECRET", "Derives each session's CSRF token and seals proofs of bound sessions; 48 random bytes in base64.", "NEXTAUTH_SECRET");

    internal static readonly Setting EncryptionKey = Key("ENCRYPTION_KEY",
        "The master key: wraps signing keys, pepper and data keys; exactly 32 bytes, as 64 hex digits or base64.", "FIELD_ENCRYPTION_KEY");

    internal static readonly Setting SigningKey = Key(
        "SIGNING_KEY", "Hides, in the database, which addresses were tried; 64 random bytes in hex.");

    internal static readonly Setting Issuer = new("JWT_ISSUER", Lifetimes, SettingKind.Text, "The issuer of access tokens.")
    { Default = "palisade-api" };

    internal static readonly Setting Audience = new("JWT_AUDIENCE", Lifetimes, SettingKind.Text, "The audience of access tokens.")
    { Default = "palisade-client" };

    internal static readonly Setting AccessTokenLifetime = new("JWT_EXPIRATION", Lifetimes, SettingKind.Duration,
        "How long an access token is good for.")
    { Default = "15m", Minimum = "1m", Maximum = "1h" };

    internal static readonly Setting TokenAlgorithm = new("JWT_ALGORITHM", Lifetimes, SettingKind.Choice,
        "What access tokens are signed with; HS256 publishes no key, so nobody else can verify them.")
    { Default = "ES256", Choices = ["ES256", "PS256", "HS256"] };

    internal static readonly Setting TokenEncryption = new("JWT_ENCRYPTION", Lifetimes, SettingKind.Choice,
        "Whether access tokens are encrypted as well (JWE, dir with A256GCM), under a key of their own in the ring.")
    { Default = "off", Choices = ["off", "on"] };

    internal static readonly Setting KeyRotation = new("JWT_KEY_ROTATION", Lifetimes, SettingKind.Duration,
        "The age at which the keys of access tokens get their successors.")
    { Default = "90d", Minimum = "1d", Maximum = "365d" };

    internal static readonly Setting RefreshLifetime = new("JWT_REFRESH_EXPIRATION", Lifetimes, SettingKind.Duration,
        "How long an unused refresh token is good for.")
    { Default = "7d", Minimum = "1h", Maximum = "30d" };

    internal static readonly Setting RefreshAbsoluteLifetime = new(
        "JWT_REFRESH_ABSOLUTE_EXPIRATION", Lifetimes, SettingKind.Duration,
        "How long a family of refresh tokens lives, however often it is used.")
    { Default = "30d", Minimum = "1h", Maximum = "90d" };

    internal static readonly Setting SessionIdle = new("SESSION_IDLE_TIMEOUT", Lifetimes, SettingKind.Duration,
        "How long a session may be idle.")
    { Default = "30m", Minimum = "1m", Maximum = "24h" };

    internal static readonly Setting PrivilegedSessionIdle = new(
        "SESSION_PRIVILEGED_IDLE_TIMEOUT", Lifetimes, SettingKind.Duration,
        "How long a session of an admin-class or manager-class role may be idle; without a unit, milliseconds.")
    { Aliases = ["SESSION_TIMEOUT"], Default = "15m", Minimum = "1m", Maximum = "24h", BareMilliseconds = true };

    internal static readonly Setting SessionAbsolute = new("SESSION_ABSOLUTE_LIFETIME", Lifetimes, SettingKind.Duration,
        "How long a session lives, however much it is used.")
    { Default = "24h", Minimum = "5m", Maximum = "7d" };

    internal static readonly Setting AccountHold = new("ACCOUNT_HOLD", Lifetimes, SettingKind.Duration,
        "How long nobody works as an account after suspicious activity; sessions that are still good then go on.")
    { Default = "1h", Minimum = "1m", Maximum = "7d" };

    internal static readonly Setting MfaIssuer = new("MFA_ISSUER", Mfa, SettingKind.Text, "How authenticator apps name this installation; no colon.")
    { Default = "Palisade" };

    internal static readonly Setting TotpAlgorithm = new("MFA_TOTP_ALGORITHM", Mfa, SettingKind.Choice,
        "The hash of authenticators enrolled from now on; some apps know SHA1 alone. Those enrolled before keep theirs.")
    { Default = "SHA1", Choices = ["SHA1", "SHA256"] };

    internal static readonly Setting TotpStepsBack = new("MFA_TOTP_STEPS_BACK", Mfa, SettingKind.WholeNumber,
        "How many steps of 30 s late an authenticator's code may be.")
    { Default = "1", Minimum = "0", Maximum = "2" };

    internal static readonly Setting TotpStepsForward = new("MFA_TOTP_STEPS_FORWARD", Mfa, SettingKind.WholeNumber,
        "How many steps of 30 s early it may be.")
    { Default = "0", Minimum = "0", Maximum = "2" };

    internal static readonly Setting PasskeyAttestation = new("MFA_PASSKEY_ATTESTATION", Mfa, SettingKind.Choice,
        "Whether the authenticator of a new passkey is asked for its model; the answer is verified where MFA_PASSKEY_ROOTS_PATH is set.")
    { Default = "none", Choices = ["none", "direct"] };

    internal static readonly Setting PasskeyRoots = new("MFA_PASSKEY_ROOTS_PATH", Mfa, SettingKind.Path,
        "Root certificates of makers of authenticators, PEM, read-only to everybody: a new passkey then needs an attestation that leads to one of them.");

    internal static readonly Setting PasskeyRootsSha256 = new("MFA_PASSKEY_ROOTS_SHA256", Mfa, SettingKind.Text,
        "The SHA-256 of that file, 64 hexadecimal digits; another file stops the start.");

    internal static readonly Setting PasskeyAllowed = new("MFA_PASSKEY_ALLOWED_AAGUIDS", Mfa, SettingKind.List,
        "The authenticator models that alone may hold a new passkey.");

    internal static readonly Setting PasskeyDenied = new("MFA_PASSKEY_DENIED_AAGUIDS", Mfa, SettingKind.List,
        "The authenticator models that may not.");

    internal static readonly Setting PasskeyLimit = new("MFA_PASSKEY_LIMIT", Mfa, SettingKind.WholeNumber, "How many passkeys one account may have.")
    { Default = "10", Minimum = "1", Maximum = "50" };

    internal static readonly Setting RecoveryWait = new("MFA_RECOVERY_WAIT", Mfa, SettingKind.Duration,
        "How long the holder of an account may object before a lost factor is replaced; at least 1h in Production.")
    { Default = "24h", Minimum = "1m", Maximum = "30d" };

    internal static readonly Setting AdminRecoveryWait = new("MFA_RECOVERY_ADMIN_WAIT", Mfa, SettingKind.Duration,
        "The same for roles of the admin class, which also need a second person.")
    { Default = "72h", Minimum = "1m", Maximum = "30d" };

    internal static readonly Setting Probation = new("MFA_PROBATION", Mfa, SettingKind.Duration,
        "How long nothing privileged is allowed with the factor that followed a recovery.")
    { Default = "24h", Minimum = "1m", Maximum = "30d" };

    internal static readonly Setting TrustAdmins = new("MFA_TRUST_ADMINS", Mfa, SettingKind.Choice,
        "Whether administrators too may go without a second factor for 30 days on a device they trust.")
    { Default = "false", Choices = ["true", "false"] };

    internal static readonly Setting HashMemory = new("ARGON2_MEMORY_MIB", Passwords, SettingKind.WholeNumber,
        "Memory of one password hash (Argon2id), in MiB. Passwords are hashed anew at the next sign-in; a quarter of the memory is for hashes.")
    { Default = "19", Minimum = "19", Maximum = "1024" };

    internal static readonly Setting HashPasses = new("ARGON2_PASSES", Passwords, SettingKind.WholeNumber,
        "Passes of one password hash over its memory.")
    { Default = "2", Minimum = "2", Maximum = "16" };

    internal static readonly Setting CaptchaProvider = new("CAPTCHA_PROVIDER", Web, SettingKind.Choice,
        "Who sets captchas: altcha is our own proof of work, and needs nobody.")
    { Default = "altcha", Choices = ["altcha", "hcaptcha", "turnstile"] };

    internal static readonly Setting CaptchaSiteKey = new("CAPTCHA_SITE_KEY", Web, SettingKind.Text,
        "The provider's public key for your pages, with hcaptcha or turnstile.");

    internal static readonly Setting CaptchaSecret = new("CAPTCHA_SECRET", Web, SettingKind.Text,
        "The provider's secret, with hcaptcha or turnstile.")
    { IsSecret = true };

    internal static readonly Setting CaptchaVerifyUrl = new("CAPTCHA_VERIFY_URL", Web, SettingKind.Text,
        "Where the provider checks a solution; https except on this machine.")
    { DerivedDefault = "the provider's own address" };

    internal static readonly Setting PasswordPolicy = new("PASSWORD_POLICY", Passwords, SettingKind.Choice,
        "What a new password must be: 12 characters of four kinds, NIST SP 800-63B-4 or PCI DSS 4.")
    { Default = "default", Choices = ["default", "nist-800-63b-4", "pci-dss-4"] };

    internal static readonly Setting PasswordExpiryDays = new("PASSWORD_EXPIRY_DAYS", Passwords, SettingKind.WholeNumber,
        "After how many days a sign-in demands another password; 0 for never.")
    { DerivedDefault = "0, or 90 under pci-dss-4", Minimum = "0", Maximum = "3650" };

    internal static readonly Setting BreachedPasswords = new("BREACHED_PASSWORDS_URL", Passwords, SettingKind.Text,
        "A range service of breached passwords (k-anonymity), such as https://host/range/; https except on this machine.")
    { DerivedDefault = "no look-up" };

    internal static readonly Setting MaxSessions = new("MAX_SESSIONS", Lifetimes, SettingKind.WholeNumber,
        "Live sessions an account may have; one more ends the oldest. 0: as many as it likes.")
    { Default = "0", Minimum = "0", Maximum = "1000" };

    internal static readonly Setting BoundSessions = new("DEVICE_BOUND_SESSIONS", Lifetimes, SettingKind.Choice,
        "Whether browsers that can (W3C Device Bound Session Credentials) are offered to bind their session to a key of their own.")
    { Default = "off", Choices = ["off", "offer"] };

    internal static readonly Setting CertificateFile = new("SSL_CERT_PATH", Web, SettingKind.Path,
        "The listener's TLS certificate and its chain, PEM.")
    { RequiredInProduction = true, DerivedDefault = "a certificate for localhost in Development", Example = "/replace-me/tls.pem" };

    internal static readonly Setting CertificateKeyFile = new("SSL_KEY_PATH", Web, SettingKind.Path,
        "The certificate's private key, PEM.")
    { RequiredInProduction = true, DerivedDefault = "as above", Example = "/replace-me/tls.key" };

    internal static readonly Setting CorsOrigins = new("CORS_ORIGIN", Web, SettingKind.List,
        "Other origins whose pages may call the API with credentials, exact and https; never a wildcard.")
    { Aliases = ["ALLOWED_ORIGINS"] };

    internal static readonly Setting KnownProxies = new("TRUSTED_PROXIES", Web, SettingKind.List,
        "Addresses or CIDR ranges of the proxies whose forwarded headers are believed.");

    internal static readonly Setting ClientCertificateHeader = new("CLIENT_CERT_HEADER", Web, SettingKind.Text,
        "The header in which the proxies of TRUSTED_PROXIES pass on a client certificate they checked: RFC 9440, or percent-encoded PEM.");

    internal static readonly Setting RateLimitMultiplier = new("RATE_LIMIT_MULTIPLIER", Web, SettingKind.Number,
        "Raises every rate limit for load tests; Production allows at most 10. Checked now; the limits themselves are not built yet.")
    { Default = "1", Minimum = "0.1", Maximum = "10000" };

    internal static readonly Setting SmtpHost = new("SMTP_HOST", Messages, SettingKind.Text, "The mail server; its certificate carries this name.")
    { RequiredInProduction = true, DerivedDefault = "mails go to PALISADE_DATA/mail in Development", Example = "replace-me.invalid" };

    internal static readonly Setting SmtpPort = new(
        "SMTP_PORT", Messages, SettingKind.WholeNumber, "The server's port: 587 demands STARTTLS, 465 begins with TLS.")
    { Default = "587", Minimum = "1", Maximum = "65535" };

    internal static readonly Setting SmtpTls = new("SMTP_TLS", Messages, SettingKind.Choice,
        "How TLS begins; without it nothing is sent.")
    { Choices = ["starttls", "implicit"], DerivedDefault = "implicit on port 465, else starttls" };

    internal static readonly Setting SmtpUser = new("SMTP_USER", Messages, SettingKind.Text, "Who signs in to the server; apikey for SendGrid.");

    internal static readonly Setting SmtpPassword = new("SMTP_PASS", Messages, SettingKind.Text, "The password, or API key, of SMTP_USER.")
    { Aliases = ["SMTP_PASSWORD", "SENDGRID_API_KEY"], IsSecret = true };

    internal static readonly Setting SmtpAuthorityFile = new("SMTP_CA_PATH", Messages, SettingKind.Path,
        "The only authority trusted for the mail server, PEM.")
    { DerivedDefault = "the system's authorities" };

    internal static readonly Setting SmtpFrom = new("SMTP_FROM", Messages, SettingKind.Text, "The address that mails come from.")
    { Aliases = ["EMAIL_FROM"], RequiredInProduction = true, DerivedDefault = "no-reply@ the host of PUBLIC_URL in Development", Example = "no-reply@replace-me.invalid" };

    internal static readonly Setting ProductName = new("PRODUCT_NAME", Messages, SettingKind.Text, "How mails and SMS call this installation. No password may be made of it.")
    { Default = "Palisade" };

    internal static readonly Setting Locale = new("DEFAULT_LOCALE", Messages, SettingKind.Choice, "The language of mails and SMS to people who chose none.")
    { Default = "en", Choices = ["en", "de"] };

    internal static readonly Setting SmsProvider = new("SMS_PROVIDER", Messages, SettingKind.Choice,
        "Who carries SMS; without one, codes by SMS are not offered.")
    { Choices = ["none", "folder", "africastalking", "twilio"], DerivedDefault = "none; folder (PALISADE_DATA/sms) in Development" };

    internal static readonly Setting SmsAccount = new("SMS_ACCOUNT", Messages, SettingKind.Text, "The provider's user name or account SID.")
    { Aliases = ["AFRICASTALKING_USERNAME", "TWILIO_ACCOUNT_SID"] };

    internal static readonly Setting SmsApiKey = new("SMS_API_KEY", Messages, SettingKind.Text, "The provider's API key or auth token.")
    { Aliases = ["AFRICASTALKING_API_KEY", "TWILIO_AUTH_TOKEN"], IsSecret = true };

    internal static readonly Setting SmsSender = new("SMS_SENDER", Messages, SettingKind.Text, "The number, short code or name SMS come from.");

    internal static readonly Setting SmsCents = new("SMS_COST_ESTIMATE", Messages, SettingKind.WholeNumber, "What one SMS is taken to cost, in cents.")
    { Default = "5", Minimum = "1", Maximum = "1000" };

    internal static readonly Setting SmsDailyCentsPerTenant = new("SMS_DAILY_BUDGET_TENANT", Messages, SettingKind.WholeNumber,
        "What one company may spend on SMS within a UTC day, in cents.")
    { Default = "2000", Minimum = "0", Maximum = "100000000" };

    internal static readonly Setting SmsDailyCentsPerCountry = new("SMS_DAILY_BUDGET_COUNTRY", Messages, SettingKind.WholeNumber,
        "What all companies together may spend on SMS to one country within a UTC day, in cents.")
    { Default = "10000", Minimum = "0", Maximum = "100000000" };

    internal static readonly Setting LogLevel = new("LOG_LEVEL", Logging, SettingKind.Choice,
        "The least level of application log lines; security and audit lines ignore it.")
    { Default = "info", Choices = ["trace", "debug", "info", "warn", "error"] };

    internal static readonly Setting LogFolder = new("LOG_FOLDER", Logging, SettingKind.Path, "Where log files are written.")
    { DerivedDefault = "PALISADE_DATA/logs" };

    /// <summary>All settings, in the order in which they are documented.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Environment, Data, Port, PublicUrl, DefaultCountry, Registration,
        DatabaseAddress, MigrationDatabaseAddress, DatabaseHost, DatabasePort, DatabaseName, DatabaseUser, DatabasePassword,
        PoolMin, PoolMax, IdleTimeout, ConnectTimeout, StatementTimeout, ReportTimeout,
        RedisAddress, RedisHost, RedisPort, RedisPassword,
        JwtSecret, JwtRefreshSecret, SessionSecret, EncryptionKey, SigningKey,
        Issuer, Audience, AccessTokenLifetime, TokenAlgorithm, TokenEncryption, KeyRotation, RefreshLifetime, RefreshAbsoluteLifetime, SessionIdle, PrivilegedSessionIdle,
        SessionAbsolute, MaxSessions, AccountHold, BoundSessions,
        MfaIssuer, TotpAlgorithm, TotpStepsBack, TotpStepsForward, PasskeyAttestation, PasskeyRoots, PasskeyRootsSha256, PasskeyAllowed, PasskeyDenied, PasskeyLimit, TrustAdmins,
        RecoveryWait, AdminRecoveryWait, Probation,
        PasswordPolicy, PasswordExpiryDays, BreachedPasswords, HashMemory, HashPasses,
        CertificateFile, CertificateKeyFile, CorsOrigins, KnownProxies, ClientCertificateHeader, RateLimitMultiplier,
        CaptchaProvider, CaptchaSiteKey, CaptchaSecret, CaptchaVerifyUrl,
        SmtpHost, SmtpPort, SmtpTls, SmtpUser, SmtpPassword, SmtpAuthorityFile, SmtpFrom, ProductName, Locale,
        SmsProvider, SmsAccount, SmsApiKey, SmsSender, SmsCents, SmsDailyCentsPerTenant, SmsDailyCentsPerCountry,
        LogLevel, LogFolder,
    ];

    private static Setting Key(string name, string description, params string[] aliases) =>
        new(name, Secrets, SettingKind.Secret, description)
        {
            Aliases = aliases,
            IsSecret = true,
            RequiredInProduction = true,
            DerivedDefault = "generated in Development",
            Example = "replace-me",
        };
}
