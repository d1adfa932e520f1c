using Palisade.Logging;

namespace Palisade.Configuration;

/// <summary>Captchas, as a deployment sets them.</summary>
[NeverLogged]
public sealed class CaptchaSettings
{
    /// <summary><c>altcha</c>, <c>hcaptcha</c> or <c>turnstile</c>.</summary>
    public string Provider { get; init; } = "altcha";

    /// <summary>The provider's public key.</summary>
    public string? SiteKey { get; init; }

    /// <summary>The provider's secret.</summary>
    public string? Secret { get; init; }

    /// <summary>Where the provider checks; <see langword="null"/> for its own address.</summary>
    public Uri? VerifyUrl { get; init; }
}
