using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

/// <summary>The settings of captchas.</summary>
internal static class CaptchaBinding
{
    internal static CaptchaSettings Bind(SettingValues values, Findings findings)
    {
        var provider = SettingSyntax.Choice(Catalogue.CaptchaProvider, values.Text(Catalogue.CaptchaProvider)!)!;
        var (siteKey, secret) = (values.Given(Catalogue.CaptchaSiteKey), values.Given(Catalogue.CaptchaSecret));
        if (provider != "altcha" && (siteKey is null || secret is null))
        {
            findings.Mistake(Catalogue.CaptchaProvider.Name, $"needs {Catalogue.CaptchaSiteKey.Name} and {Catalogue.CaptchaSecret.Name}.");
        }

        return new CaptchaSettings { Provider = provider, SiteKey = siteKey, Secret = secret, VerifyUrl = VerifyUrl(values, findings) };
    }

    private static Uri? VerifyUrl(SettingValues values, Findings findings)
    {
        if (values.Given(Catalogue.CaptchaVerifyUrl) is not { } text)
        {
            return null;
        }

        // The secret goes there.
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url is { Scheme: "http", IsLoopback: true }))
        {
            return url;
        }

        findings.Mistake(Catalogue.CaptchaVerifyUrl.Name, "must be an https address.");
        return null;
    }
}
