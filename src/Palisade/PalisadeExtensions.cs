using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Palisade.Access;
using Palisade.Accounts;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Captcha;
using Palisade.Configuration;
using Palisade.Crypto.Jose;
using Palisade.Crypto.Passwords;
using Palisade.Devices;
using Palisade.Encryption;
using Palisade.Hardening;
using Palisade.Logging;
using Palisade.Messaging;
using Palisade.Mfa;
using Palisade.Mfa.Internal;
using Palisade.Monitoring;
using Palisade.Passwords;
using Palisade.Redis;
using Palisade.Sessions;
using Palisade.Storage;
using Palisade.Tokens;

namespace Palisade;

/// <summary>The whole platform in three lines of a host: add, use, map.</summary>
public static class PalisadeExtensions
{
    /// <summary>The platform's own schema.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.In(typeof(PalisadeExtensions).Assembly, "palisade");

    /// <summary>The roles of the default preset.</summary>
    public static RoleBook DefaultRoles()
    {
        using var preset = Assembly.GetExecutingAssembly().GetManifestResourceStream("Palisade.Access.Data.default-roles.json")!;
        return RoleBook.Read(preset);
    }

    /// <summary>Adds every capability, as the settings say.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">Checked settings.</param>
    /// <param name="storage">Where PostgreSQL is: the settings' own, or a private cluster's.</param>
    /// <param name="roles">The permissions and roles of this installation.</param>
    public static IServiceCollection AddPalisade(this IServiceCollection services, PalisadeSettings settings, StorageOptions storage, RoleBook roles)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var secrets = settings.Secrets;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(storage);
        services.AddSingleton<PalisadeDatabase>();
        services.AddSingleton<IMasterKey>(_ => new LocalMasterKey(secrets.EncryptionKey.Reveal()));
        services.AddSingleton<KeyRing>();
        services.Configure<ForwardedHeadersOptions>(forwarded => TrustOnly(forwarded, settings.KnownProxies));
        return services
            .AddPalisadeSettings(settings)
            .AddAudit()
            .AddRedis(settings.RedisUrl)
            .AddMonitoring()
            .AddHardening()
            .AddCrossOrigin(settings)
            .AddAccess(roles)
            .AddDevices(new DeviceOptions { Key = secrets.SigningKey.Reveal().ToArray(), TrustAdmins = settings.Mfa.TrustAdmins })
            .AddCaptcha(new CaptchaOptions
            {
                Key = secrets.SigningKey.Reveal().ToArray(),
                Provider = Enum.Parse<CaptchaProvider>(settings.Captcha.Provider, ignoreCase: true),
                SiteKey = settings.Captcha.SiteKey,
                Secret = settings.Captcha.Secret,
                VerifyUrl = settings.Captcha.VerifyUrl,
            })
            .AddAccounts(AccountsOf(settings), secrets.SigningKey.Reveal().ToArray(), Path.Combine(settings.DataFolder, "setup-token"))
            .AddMfa(MfaOptionsOf(settings))
            .AddPasswords(new PasswordOptions
            {
                Product = settings.Messaging.ProductName,
                Profile = settings.PasswordProfile,
                Expiry = settings.PasswordExpiry,
                BreachedPasswords = settings.BreachedPasswords,
            })
            .AddMessaging(settings, secrets.SigningKey.Reveal().ToArray())
            .AddSessions(new Sessions.SessionOptions
            {
                Idle = settings.SessionIdle,
                PrivilegedIdle = settings.PrivilegedSessionIdle,
                Absolute = settings.SessionAbsolute,
                MaxPerAccount = settings.MaxSessions,
                OffersBinding = settings.OffersBoundSessions,
                AllowedOrigins = settings.CorsOrigins.ToHashSet(StringComparer.Ordinal),
                CsrfKey = secrets.SessionSecret.Reveal().ToArray(),
            })
            .AddTokens(new TokenOptions
            {
                Issuer = settings.Issuer,
                Audience = settings.Audience,
                AccessLifetime = settings.AccessTokenLifetime,
                Algorithm = JwsAlgorithm.Find(settings.TokenAlgorithm)!,
                Encrypts = settings.EncryptsTokens,
                KeyRotation = settings.KeyRotation,
                PublicUrl = settings.PublicUrl,
                ClientCertificateHeader = settings.ClientCertificateHeader,
                Proxies = settings.KnownProxies,
                RefreshLifetime = settings.RefreshLifetime,
                RefreshAbsoluteLifetime = settings.RefreshAbsoluteLifetime,
                RefreshKey = secrets.JwtRefreshSecret.Reveal().ToArray(),
                OneTimeKey = secrets.JwtSecret.Reveal().ToArray(),
            });
    }

    /// <summary>The path of a request, in order. Endpoints that follow are found by routing and guarded by what they declare.</summary>
    public static IApplicationBuilder UsePalisade(this IApplicationBuilder app) => app
        .UseClientCertificates()
        .UseForwardedHeaders()
        .UseRequestIds()
        .UseAccessLog()
        .UseHardening()
        .UseRouting()
        .UseCrossOrigin()
        .UsePossession()
        .UseSessions()
        .UseAccess();

    /// <summary>Maps the platform's own endpoints.</summary>
    public static void MapPalisade(this IEndpointRouteBuilder routes)
    {
        routes.MapAccounts();
        routes.MapPasswords();
        routes.MapDevices();
        routes.MapCaptcha();
        routes.MapMfa();
        routes.MapSessions();
        routes.MapTokens();
        routes.MapAudit();
        routes.MapMonitoring();
        routes.MapMessaging();
    }

    /// <summary>What must be there before the first request: the schema, a Redis that keeps what it is given, the keys, and, while there is no administrator, the setup token.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="application">The application's migrations, which follow the platform's.</param>
    /// <param name="migrate">Apply what is missing; otherwise a missing migration is an error (R259).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The token of the first administrator, or <see langword="null"/> when there is one.</returns>
    public static async Task<string?> PreparePalisadeAsync(
        this IServiceProvider services, IEnumerable<Migration> application, bool migrate, CancellationToken cancellationToken)
    {
        var migrator = new Migrator(
            services.GetRequiredService<StorageOptions>().MigrationConnectionString,
            [.. Migrations, .. application],
            services.GetRequiredService<ILogger<Migrator>>());
        if (migrate)
        {
            await migrator.ApplyAsync(cancellationToken);
        }
        else if (await migrator.PendingAsync(cancellationToken) is { Count: > 0 } pending)
        {
            throw new SchemaException($"The database lacks {pending.Count} migrations of this build. Run ./palisade migrate.");
        }

        await services.GetRequiredService<RedisLink>().ConnectAsync(cancellationToken);
        await services.GetRequiredService<KeyRing>().LoadAsync(cancellationToken);
        await services.GetRequiredService<AttestationRoots>().LoadAsync(cancellationToken);
        services.GetRequiredService<PasswordHashes>().WarmUp();
        return await services.GetRequiredService<SetupTokens>().OfferAsync(cancellationToken);
    }

    private static MfaOptions MfaOptionsOf(PalisadeSettings settings) => new()
    {
        Issuer = settings.Mfa.Issuer,
        TotpAlgorithm = settings.Mfa.TotpAlgorithm,
        StepsBack = settings.Mfa.TotpStepsBack,
        StepsForward = settings.Mfa.TotpStepsForward,
        PublicUrl = settings.PublicUrl,
        PasskeyAttestation = settings.Mfa.PasskeyAttestation,
        PasskeyRoots = settings.Mfa.PasskeyRoots,
        PasskeyRootsSha256 = settings.Mfa.PasskeyRootsSha256,
        PasskeyAllowed = settings.Mfa.PasskeyAllowed,
        PasskeyDenied = settings.Mfa.PasskeyDenied,
        PasskeyLimit = settings.Mfa.PasskeyLimit,
        RecoveryWait = settings.Mfa.RecoveryWait,
        AdminRecoveryWait = settings.Mfa.AdminRecoveryWait,
        Probation = settings.Mfa.Probation,
        DefaultCountry = settings.DefaultCountry,
    };

    private static AccountOptions AccountsOf(PalisadeSettings settings)
    {
        var usual = new AccountOptions();
        return new AccountOptions
        {
            RegistrationIsOpen = settings.RegistrationIsOpen,
            HoldDuration = settings.AccountHold,
            HashCost = new Argon2idCost(settings.HashMemoryMiB * 1024, settings.HashPasses),
            // The lanes of accounts protect people, and no setting widens them.
            NetworkMaxFailures = (int)Math.Clamp(usual.NetworkMaxFailures * settings.RateLimitMultiplier, 1, 1_000_000),
            NetworkCaptchaAfter = (int)Math.Clamp(usual.NetworkCaptchaAfter * settings.RateLimitMultiplier, 1, 1_000_000),
        };
    }

    private static void TrustOnly(ForwardedHeadersOptions forwarded, IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        // The framework takes two empty lists for "trust everybody". Nobody named means that no header is read at all.
        forwarded.ForwardedHeaders = proxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = null; // as long as the next hop is a proxy that was named
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in proxies)
        {
            forwarded.KnownIPNetworks.Add(network);
        }
    }
}
