namespace Palisade.Configuration.Internal;

/// <summary>Settings that are known and refused on purpose, because any value, or any weaker one, is a hole.</summary>
internal static class RefusedSettings
{
    private static readonly string[] CookieNames =
        ["SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"];

    internal static IEnumerable<string> Names => ["COOKIE_DOMAIN", "ENCRYPTION_IV", .. CookieNames];

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
}
