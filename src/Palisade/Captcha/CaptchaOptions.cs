namespace Palisade.Captcha;

/// <summary>Who sets and checks captchas.</summary>
public enum CaptchaProvider
{
    /// <summary>A proof of work of our own, in ALTCHA's format: no third party, nothing to click, nothing about the visitor leaves.</summary>
    Altcha,

    /// <summary>hCaptcha.</summary>
    HCaptcha,

    /// <summary>Cloudflare Turnstile.</summary>
    Turnstile,
}

/// <summary>How captchas are set and checked.</summary>
public sealed class CaptchaOptions
{
    /// <summary>Default: our own.</summary>
    public CaptchaProvider Provider { get; init; }

    /// <summary>From <c>SIGNING_KEY</c>: signs our own challenges. At least 32 secret bytes.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>How long a challenge may be solved. Default 5 min.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The greatest number to be tried for a network without failures; half of it, on average, is the work. Default 50,000: a fraction of a second in a browser.</summary>
    public int Difficulty { get; init; } = 50_000;

    /// <summary>It doubles with every five failures of the network, up to this. Default 1,000,000: some seconds.</summary>
    public int MaxDifficulty { get; init; } = 1_000_000;

    /// <summary>A provider's public key for the page.</summary>
    public string? SiteKey { get; init; }

    /// <summary>A provider's secret. Never logged.</summary>
    public string? Secret { get; init; }

    /// <summary>Where a provider checks; default: its own address.</summary>
    public Uri? VerifyUrl { get; init; }

    /// <summary>How long a provider may take; then the captcha is not solved (R014). Default 2 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The type's name, never the secret.</summary>
    public override string ToString() => nameof(CaptchaOptions);
}
