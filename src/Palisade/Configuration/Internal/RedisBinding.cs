using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

internal static class RedisBinding
{
    internal static string? Bind(SettingValues values, bool production, Findings findings)
    {
        var parts = new[] { Catalogue.RedisHost, Catalogue.RedisPort, Catalogue.RedisPassword };
        if (values.IsGiven(Catalogue.RedisAddress))
        {
            if (Array.Find(parts, values.IsGiven) is { } part)
            {
                findings.Mistake(Catalogue.RedisAddress.Name, $"and {part.Name} are both set; keep one of the two ways.");
            }

            return Checked(values.Given(Catalogue.RedisAddress), production, findings);
        }

        if (values.Given(Catalogue.RedisHost) is not { } host)
        {
            foreach (var part in parts.Where(values.IsGiven))
            {
                findings.Mistake(part.Name, $"has no effect without {Catalogue.RedisHost.Name}.");
            }

            return null;
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            findings.Mistake(Catalogue.RedisHost.Name, "must be a host name or an IP address.");
            return null;
        }

        var password = values.Given(Catalogue.RedisPassword) is { } secret ? $":{Uri.EscapeDataString(secret)}@" : "";
        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return $"{(production ? "rediss" : "redis")}://{password}{bracketed}:{values.Text(Catalogue.RedisPort)}";
    }

    private static string? Checked(string? address, bool production, Findings findings)
    {
        if (address is null)
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss"))
        {
            findings.Mistake(
                Catalogue.RedisAddress.Name, "must begin with rediss:// or redis://; percent-encode the password.");
        }
        else if (url.Host.Length == 0)
        {
            findings.Mistake(Catalogue.RedisAddress.Name, "names no host.");
        }
        else if (production && url.Scheme == "redis")
        {
            findings.Mistake(Catalogue.RedisAddress.Name, "must begin with rediss:// (TLS) in Production.");
        }

        return address;
    }
}
