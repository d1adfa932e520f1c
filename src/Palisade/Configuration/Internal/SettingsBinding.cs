using System.Net;
using Palisade.Validation;
using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

/// <summary>From checked texts to the settings object, with the rules that concern more than one setting.</summary>
internal static class SettingsBinding
{
    internal static PalisadeSettings? Bind(SettingValues values, Findings findings)
    {
        var production = values.Environment == DeploymentEnvironment.Production;
        RequireAll(values, production, findings);
        var database = DatabaseBinding.Bind(values, production, findings);
        var redisUrl = RedisBinding.Bind(values, production, findings);
        var secrets = SecretsBinding.Bind(values, findings);
        var publicUrl = PublicUrl(values, production, findings);
        var data = values.Text(Catalogue.Data)!;
        var mfa = MfaBinding.Bind(values, production, findings);
        var messaging = MessagingBinding.Bind(values, publicUrl, findings);
        var captcha = CaptchaBinding.Bind(values, findings);
        var origins = CorsOrigins(values, production, findings);
        var proxies = Proxies(values, production, findings);
        var breached = PasswordBinding.Breached(values, findings);
        if (values.Given(Catalogue.ClientCertificateHeader) is { } header)
        {
            if (proxies.Count == 0)
            {
                findings.Mistake(Catalogue.ClientCertificateHeader.Name, "needs TRUSTED_PROXIES: without them nobody's header is believed.");
            }

            if (!header.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            {
                findings.Mistake(Catalogue.ClientCertificateHeader.Name, "must be the name of a header: letters, digits and hyphens.");
            }
        }

        Order(values, Catalogue.RefreshLifetime, Catalogue.RefreshAbsoluteLifetime, findings);
        if (values.IsGiven(Catalogue.PrivilegedSessionIdle))
        {
            Order(values, Catalogue.PrivilegedSessionIdle, Catalogue.SessionIdle, findings);
        }

        Order(values, Catalogue.SessionIdle, Catalogue.SessionAbsolute, findings);
        if (production && values.Number(Catalogue.RateLimitMultiplier) > 10)
        {
            findings.Mistake(Catalogue.RateLimitMultiplier.Name, "must be at most 10 in Production.");
        }

        if (!CountryCode.TryParse(values.Text(Catalogue.DefaultCountry), out var country) || country.Value != values.Text(Catalogue.DefaultCountry))
        {
            findings.Mistake(
                Catalogue.DefaultCountry.Name, "must be a country code of two capital letters (ISO 3166-1 alpha-2).");
        }

        return secrets is null || publicUrl is null ? null : new PalisadeSettings
        {
            Environment = values.Environment,
            Port = values.Integer(Catalogue.Port),
            DataFolder = data,
            PublicUrl = publicUrl,
            DefaultCountry = values.Text(Catalogue.DefaultCountry)!,
            RegistrationIsOpen = SettingSyntax.Choice(Catalogue.Registration, values.Text(Catalogue.Registration)!) == "open",
            Database = database,
            RedisUrl = redisUrl,
            Secrets = secrets,
            Issuer = values.Text(Catalogue.Issuer)!,
            Audience = values.Text(Catalogue.Audience)!,
            AccessTokenLifetime = values.Duration(Catalogue.AccessTokenLifetime),
            TokenAlgorithm = SettingSyntax.Choice(Catalogue.TokenAlgorithm, values.Text(Catalogue.TokenAlgorithm)!)!,
            EncryptsTokens = SettingSyntax.Choice(Catalogue.TokenEncryption, values.Text(Catalogue.TokenEncryption)!) == "on",
            KeyRotation = values.Duration(Catalogue.KeyRotation),
            RefreshLifetime = values.Duration(Catalogue.RefreshLifetime),
            RefreshAbsoluteLifetime = values.Duration(Catalogue.RefreshAbsoluteLifetime),
            SessionIdle = values.Duration(Catalogue.SessionIdle),
            PrivilegedSessionIdle = PrivilegedIdle(values),
            SessionAbsolute = values.Duration(Catalogue.SessionAbsolute),
            AccountHold = values.Duration(Catalogue.AccountHold),
            Mfa = mfa,
            Captcha = captcha,
            HashMemoryMiB = values.Integer(Catalogue.HashMemory),
            HashPasses = values.Integer(Catalogue.HashPasses),
            PasswordProfile = PasswordBinding.Profile(values),
            PasswordExpiry = PasswordBinding.Expiry(values),
            BreachedPasswords = breached,
            MaxSessions = values.Integer(Catalogue.MaxSessions),
            OffersBoundSessions = SettingSyntax.Choice(Catalogue.BoundSessions, values.Text(Catalogue.BoundSessions)!) == "offer",
            CertificateFile = values.Text(Catalogue.CertificateFile),
            CertificateKeyFile = values.Text(Catalogue.CertificateKeyFile),
            CorsOrigins = origins,
            KnownProxies = proxies,
            ClientCertificateHeader = values.Text(Catalogue.ClientCertificateHeader),
            RateLimitMultiplier = values.Number(Catalogue.RateLimitMultiplier),
            Messaging = messaging,
            LogLevel = SettingSyntax.Choice(Catalogue.LogLevel, values.Text(Catalogue.LogLevel)!)!,
            LogFolder = values.Text(Catalogue.LogFolder) ?? Path.Combine(data, "logs"),
        };
    }

    private static void RequireAll(SettingValues values, bool production, Findings findings)
    {
        foreach (var setting in Catalogue.All.Where(setting => setting.RequiredInProduction && !values.IsGiven(setting)))
        {
            if (setting.Kind == SettingKind.Secret)
            {
                findings.Mistake(setting.Name, "is missing; generate one with: palisade secrets generate.");
            }
            else if (production && !(setting == Catalogue.DatabaseAddress && values.IsGiven(Catalogue.DatabaseHost)))
            {
                findings.Mistake(setting.Name, "is missing; Production needs it.");
            }
        }
    }

    private static Uri? PublicUrl(SettingValues values, bool production, Findings findings)
    {
        if (!values.IsGiven(Catalogue.PublicUrl))
        {
            return new Uri($"https://localhost:{values.Text(Catalogue.Port)}");
        }

        if (values.Given(Catalogue.PublicUrl) is not { } text)
        {
            return null;
        }

        var url = new Uri(text);
        if (production && url.Scheme != Uri.UriSchemeHttps)
        {
            findings.Mistake(Catalogue.PublicUrl.Name, "must begin with https:// in Production.");
        }

        return url;
    }

    private static List<string> CorsOrigins(SettingValues values, bool production, Findings findings)
    {
        var origins = values.List(Catalogue.CorsOrigins).ToList();
        if (origins.Exists(origin => origin.Contains('*', StringComparison.Ordinal)))
        {
            findings.Mistake(
                Catalogue.CorsOrigins.Name, "contains a wildcard; name each origin, such as https://app.example.com.");
        }
        else if (!origins.TrueForAll(Origin.IsSerialised))
        {
            findings.Mistake(Catalogue.CorsOrigins.Name,
                "must list exact origins in lower case: scheme, host and any unusual port, without a path or a final slash.");
        }
        else if (production && !origins.TrueForAll(origin => origin.StartsWith("https://", StringComparison.Ordinal)))
        {
            findings.Mistake(Catalogue.CorsOrigins.Name, "must list https origins only in Production.");
        }

        return origins;
    }

    private static List<IPNetwork> Proxies(SettingValues values, bool production, Findings findings)
    {
        var networks = new List<IPNetwork>();
        foreach (var item in values.List(Catalogue.KnownProxies))
        {
            if (IPNetwork.TryParse(item, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(item, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                findings.Mistake(Catalogue.KnownProxies.Name, "must list IP addresses or CIDR ranges such as 10.0.0.0/24.");
                break;
            }
        }

        if (production && networks.Exists(network => network.PrefixLength == 0))
        {
            findings.Mistake(Catalogue.KnownProxies.Name, "trusts everybody; list only the addresses of your own proxies.");
        }

        return networks;
    }

    // Whoever shortens everybody's idle time means the privileged too.
    private static TimeSpan PrivilegedIdle(SettingValues values) => values.IsGiven(Catalogue.PrivilegedSessionIdle)
        ? values.Duration(Catalogue.PrivilegedSessionIdle)
        : TimeSpan.FromTicks(
            Math.Min(values.Duration(Catalogue.PrivilegedSessionIdle).Ticks, values.Duration(Catalogue.SessionIdle).Ticks));

    private static void Order(SettingValues values, Setting shorter, Setting longer, Findings findings)
    {
        if (values.Duration(shorter) > values.Duration(longer))
        {
            findings.Mistake(shorter.Name, $"must not be longer than {longer.Name}.");
        }
    }
}
