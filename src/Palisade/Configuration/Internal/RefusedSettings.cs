namespace Palisade.Configuration.Internal;

/// <summary>Settings that are known and refused on purpose, because any value, or any weaker one, is a hole.</summary>
internal static class RefusedSettings
{
    private static readonly string[] CookieNames =
        ["SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"];

    internal static IEnumerable<string> Names => ["COOKIE_DOMAIN", "ENCRYPTION_IV", "SMTP_SECURE", "SMTP_TLS_CIPHERS", .. CookieNames];

    internal static void Report(SettingSources sources, DeploymentEnvironment environment, Findings findings)
    {
        if (sources.Find("COOKIE_DOMAIN") is not null)
        {
            findings.Mistake("COOKIE_DOMAIN", "remove it; session cookies carry the __Host- prefix, which forbids a domain.");
        }

        if (sources.Find("ENCRYPTION_IV") is not null)
        {
            findings.Warning(
                "ENCRYPTION_IV", "is ignored; a fixed nonce breaks AES-GCM, and every value gets a fresh one. Remove it.");
        }

        ReportMailServer(sources, environment, findings);
        foreach (var name in CookieNames)
        {
            var safe = name == "SESSION_COOKIE_SAMESITE" ? "strict" : "true";
            if (sources.Find(name) is not { } value || value.Trim().Equals(safe, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (environment == DeploymentEnvironment.Production)
            {
                findings.Mistake(name, $"must be {safe}, or removed; cookies are never weaker than that.");
            }
            else
            {
                findings.Warning(name, $"is ignored; cookies are always {safe} here.");
            }
        }
    }

    // "Secure" on port 587 means implicit TLS to some clients, which no server speaks there (R383). Here TLS is never optional.
    private static void ReportMailServer(SettingSources sources, DeploymentEnvironment environment, Findings findings)
    {
        if (sources.Find("SMTP_SECURE") is { } secure && !secure.Trim().Equals("true", StringComparison.OrdinalIgnoreCase)
            && environment == DeploymentEnvironment.Production)
        {
            findings.Mistake("SMTP_SECURE", "remove it; mail never leaves without TLS.");
        }
        else if (sources.Find("SMTP_SECURE") is not null)
        {
            findings.Warning("SMTP_SECURE", "has no effect: port 465 begins with TLS, any other demands STARTTLS, and SMTP_TLS chooses otherwise. Remove it.");
        }

        if (sources.Find("SMTP_TLS_CIPHERS") is not null)
        {
            findings.Warning("SMTP_TLS_CIPHERS", "is ignored; TLS 1.2 and 1.3 with the system's ciphers are used. Remove it.");
        }
    }
}
