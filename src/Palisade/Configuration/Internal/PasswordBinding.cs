using Palisade.Passwords;
using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

/// <summary>The settings about passwords.</summary>
internal static class PasswordBinding
{
    internal static PasswordProfile Profile(SettingValues values)
    {
        var name = SettingSyntax.Choice(Catalogue.PasswordPolicy, values.Text(Catalogue.PasswordPolicy)!);
        return PasswordProfile.All.FirstOrDefault(profile => profile.Name == name) ?? PasswordProfile.Default;
    }

    internal static TimeSpan Expiry(SettingValues values) =>
        TimeSpan.FromDays(values.Given(Catalogue.PasswordExpiryDays) is null ? Profile(values).ExpiryDays : values.Integer(Catalogue.PasswordExpiryDays));

    internal static Uri? Breached(SettingValues values, Findings findings)
    {
        if (values.Given(Catalogue.BreachedPasswords) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            && address is { UserInfo: "", Query: "", Fragment: "" })
        {
            return address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        }

        findings.Mistake(Catalogue.BreachedPasswords.Name, "must be an https:// address without user, query or fragment; http:// is for this machine alone.");
        return null;
    }
}
