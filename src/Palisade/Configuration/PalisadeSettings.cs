using System.Net;
using Palisade.Logging;
using Palisade.Passwords;

namespace Palisade.Configuration;

/// <summary>Everything a deployment sets, checked. Instances come from <see cref="SettingsReader"/>; nothing else reads the
/// environment.</summary>
/// <remarks>Names, ranges, defaults and aliases stand in <see cref="SettingCatalogue"/>.</remarks>
[NeverLogged]
public sealed class PalisadeSettings
{
    /// <summary>Which rules apply. Production unless said otherwise.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>The TCP port of the HTTPS listener.</summary>
    public int Port { get; init; } = 7443;

    /// <summary>Where this instance keeps its files. May be relative to the working directory.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The origin that people type and that mail links use: scheme, host and port. Https in Production.</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>The country, ISO 3166-1 alpha-2, of telephone numbers written without one.</summary>
    public string DefaultCountry { get; init; } = "US";

    /// <summary>PostgreSQL.</summary>
    public DatabaseSettings Database { get; init; } = new();

    /// <summary>The Redis that several instances share, as <c>rediss://</c> or <c>redis://</c>;
    /// <see langword="null"/>: none. Contains a password.</summary>
    public string? RedisUrl { get; init; }

    /// <summary>The deployment's key material.</summary>
    public required SecretSettings Secrets { get; init; }

    /// <summary>The <c>iss</c> of every token issued, and the only one accepted.</summary>
    public string Issuer { get; init; } = "palisade-api";

    /// <summary>The <c>aud</c> of every token issued, and the only one accepted.</summary>
    public string Audience { get; init; } = "palisade-client";

    /// <summary>How long an access token is good for. 1 minute to 1 hour.</summary>
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>What access tokens are signed with: ES256, PS256 or HS256.</summary>
    public string TokenAlgorithm { get; init; } = "ES256";

    /// <summary>Whether access tokens are encrypted as well.</summary>
    public bool EncryptsTokens { get; init; }

    /// <summary>The age at which the keys of access tokens get their successors.</summary>
    public TimeSpan KeyRotation { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long an unused refresh token is good for.</summary>
    public TimeSpan RefreshLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a family of refresh tokens lives, however often it is used.</summary>
    public TimeSpan RefreshAbsoluteLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a session may be idle.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session of an admin-class or manager-class role may be idle. Never more than
    /// <see cref="SessionIdle"/>.</summary>
    public TimeSpan PrivilegedSessionIdle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a session lives, however much it is used.</summary>
    public TimeSpan SessionAbsolute { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long nobody works as an account after suspicious activity.</summary>
    public TimeSpan AccountHold { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Second factors.</summary>
    public MfaSettings Mfa { get; init; } = new();

    /// <summary>What a new password must be.</summary>
    public PasswordProfile PasswordProfile { get; init; } = PasswordProfile.Default;

    /// <summary>After how long a sign-in demands another password; zero for never.</summary>
    public TimeSpan PasswordExpiry { get; init; }

    /// <summary>Where ranges of breached passwords are looked up; <see langword="null"/> for nowhere.</summary>
    public Uri? BreachedPasswords { get; init; }

    /// <summary>Live sessions an account may have; one more ends the oldest. 0: as many as it likes.</summary>
    public int MaxSessions { get; init; }

    /// <summary>Whether browsers that can are offered to bind their session to a key of their own.</summary>
    public bool OffersBoundSessions { get; init; }

    /// <summary>Memory of one password hash, in MiB. 19 to 1024.</summary>
    public int HashMemoryMiB { get; init; } = 19;

    /// <summary>Its passes over that memory. 2 to 16.</summary>
    public int HashPasses { get; init; } = 2;

    /// <summary>Captchas.</summary>
    public CaptchaSettings Captcha { get; init; } = new();

    /// <summary>The listener's certificate and chain, PEM; <see langword="null"/> in Development means one made for localhost.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The certificate's private key, PEM.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>Other origins whose pages may call the API with credentials. Exact, without a trailing slash; never a
    /// wildcard.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Whether strangers may register.</summary>
    public bool RegistrationIsOpen { get; init; } = true;

    /// <summary>Proxies whose forwarded headers are believed. Empty: nobody's.</summary>
    public IReadOnlyList<IPNetwork> KnownProxies { get; init; } = [];

    /// <summary>The header in which those proxies pass on a client certificate; <see langword="null"/>: none is believed.</summary>
    public string? ClientCertificateHeader { get; init; }

    /// <summary>Raises every rate limit for load tests. Production allows at most 10.</summary>
    public double RateLimitMultiplier { get; init; } = 1;

    /// <summary>Mails and SMS.</summary>
    public required MessagingSettings Messaging { get; init; }

    /// <summary>The least level of application log lines: trace, debug, info, warn or error. Security and audit lines ignore
    /// it.</summary>
    public string LogLevel { get; init; } = "info";

    /// <summary>Where log files are written.</summary>
    public required string LogFolder { get; init; }
}
