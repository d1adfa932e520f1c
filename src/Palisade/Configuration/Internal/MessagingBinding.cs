using Palisade.Validation;
using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

internal static class MessagingBinding
{
    private const int ImplicitTlsPort = 465;

    internal static MessagingSettings Bind(SettingValues values, Uri? publicUrl, Findings findings)
    {
        var port = values.Integer(Catalogue.SmtpPort);
        var tls = SettingSyntax.Choice(Catalogue.SmtpTls, values.Given(Catalogue.SmtpTls) ?? (port == ImplicitTlsPort ? "implicit" : "starttls"));
        var provider = SettingSyntax.Choice(
            Catalogue.SmsProvider, values.Given(Catalogue.SmsProvider) ?? (values.Environment == DeploymentEnvironment.Development ? "folder" : "none"))!;
        CheckServer(values, findings);
        CheckProvider(values, provider, findings);
        var from = values.Given(Catalogue.SmtpFrom);
        if (from is not null && !EmailAddress.TryParse(from, out _, out var refusal) && refusal != EmailRefusal.Disposable)
        {
            findings.Mistake(Catalogue.SmtpFrom.Name, "must be one e-mail address, without a name.");
        }

        return new MessagingSettings
        {
            SmtpHost = values.Given(Catalogue.SmtpHost),
            SmtpPort = port,
            SmtpImplicitTls = tls == "implicit",
            SmtpUser = values.Given(Catalogue.SmtpUser),
            SmtpPassword = values.Given(Catalogue.SmtpPassword),
            SmtpAuthorityFile = values.Given(Catalogue.SmtpAuthorityFile),
            From = from ?? $"no-reply@{publicUrl?.IdnHost}",
            ProductName = values.Text(Catalogue.ProductName)!,
            Locale = SettingSyntax.Choice(Catalogue.Locale, values.Text(Catalogue.Locale)!)!,
            SmsProvider = provider,
            SmsAccount = values.Given(Catalogue.SmsAccount),
            SmsApiKey = values.Given(Catalogue.SmsApiKey),
            SmsSender = values.Given(Catalogue.SmsSender),
            SmsCents = values.Integer(Catalogue.SmsCents),
            SmsDailyCentsPerTenant = values.Integer(Catalogue.SmsDailyCentsPerTenant),
            SmsDailyCentsPerCountry = values.Integer(Catalogue.SmsDailyCentsPerCountry),
        };
    }

    private static void CheckServer(SettingValues values, Findings findings)
    {
        if (!values.IsGiven(Catalogue.SmtpHost))
        {
            var parts = new[] { Catalogue.SmtpPort, Catalogue.SmtpTls, Catalogue.SmtpUser, Catalogue.SmtpPassword, Catalogue.SmtpAuthorityFile };
            foreach (var part in parts.Where(values.IsGiven))
            {
                findings.Mistake(part.Name, $"has no effect without {Catalogue.SmtpHost.Name}.");
            }
        }
        else if (values.Given(Catalogue.SmtpHost) is { } host && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            findings.Mistake(Catalogue.SmtpHost.Name, "must be a host name or an IP address.");
        }

        if (values.IsGiven(Catalogue.SmtpHost) && values.IsGiven(Catalogue.SmtpUser) != values.IsGiven(Catalogue.SmtpPassword))
        {
            findings.Mistake(Catalogue.SmtpUser.Name, $"and {Catalogue.SmtpPassword.Name} come together or not at all.");
        }
    }

    private static void CheckProvider(SettingValues values, string provider, Findings findings)
    {
        if (provider == "folder" && values.Environment == DeploymentEnvironment.Production)
        {
            findings.Mistake(Catalogue.SmsProvider.Name, "must not be folder in Production: nobody would get a code.");
        }

        foreach (var part in new[] { Catalogue.SmsAccount, Catalogue.SmsApiKey, Catalogue.SmsSender })
        {
            var remote = provider is "africastalking" or "twilio";
            if (!remote && values.IsGiven(part))
            {
                findings.Mistake(part.Name, $"has no effect without {Catalogue.SmsProvider.Name}.");
            }
            else if (remote && !values.IsGiven(part) && !(part == Catalogue.SmsSender && provider == "africastalking"))
            {
                findings.Mistake(part.Name, $"is missing; {provider} needs it.");
            }
        }
    }
}
