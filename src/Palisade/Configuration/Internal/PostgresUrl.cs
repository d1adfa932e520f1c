using System.Globalization;
using Npgsql;

namespace Palisade.Configuration.Internal;

// postgresql://user:password@host:port/database?parameter=value
//
// System.Uri is not used: it lower-cases and canonicalises, refuses percent-encoded socket folders as hosts, and puts the
// whole text, password included, into its exceptions.
internal static class PostgresUrl
{
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    internal static bool Looks(string text) => Schemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    internal static bool TryParse(string text, out NpgsqlConnectionStringBuilder builder, out string problem)
    {
        builder = [];
        problem = "contains a #: write it as %23.";
        if (text.Contains('#', StringComparison.Ordinal))
        {
            return false;
        }

        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (beforeQuery, query) = Cut(rest, '?');
        var (authority, database) = Cut(beforeQuery, '/');
        if (database.Length > 0)
        {
            builder.Database = Uri.UnescapeDataString(database);
        }

        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var (user, password) = Cut(authority[..at], ':');
            builder.Username = Uri.UnescapeDataString(user);
            builder.Password = password.Length > 0 ? Uri.UnescapeDataString(password) : null;
        }

        problem = "has an unreadable host or port; characters such as @ : / in a password must be percent-encoded.";
        if (!TryHost(authority[(at + 1)..], builder))
        {
            return false;
        }

        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(parameter, '=');
            if (!TryParameter(builder, name, Uri.UnescapeDataString(value), out problem))
            {
                return false;
            }
        }

        problem = "names no host.";
        return !string.IsNullOrEmpty(builder.Host);
    }

    private static bool TryHost(string text, NpgsqlConnectionStringBuilder builder)
    {
        if (text.Length == 0)
        {
            return true;
        }

        var colon = text.StartsWith('[')
            ? text.IndexOf("]:", StringComparison.Ordinal) + 1
            : text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && !TryPort(text[(colon + 1)..], builder))
        {
            return false;
        }

        var host = Uri.UnescapeDataString(colon > 0 ? text[..colon] : text).Trim('[', ']');
        if (colon == 0 && !text.StartsWith('[') || host.AsSpan().ContainsAny(" ,@"))
        {
            return false;
        }

        builder.Host = host;
        return true;
    }

    private static bool TryPort(string text, NpgsqlConnectionStringBuilder builder)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return false;
        }

        builder.Port = port;
        return true;
    }

    private static bool TryParameter(NpgsqlConnectionStringBuilder builder, string name, string value, out string problem)
    {
        problem = $"has a bad value for {name}.";
        switch (name)
        {
            case "host": builder.Host = value; return true;
            case "port": return TryPort(value, builder);
            case "user": builder.Username = value; return true;
            case "password": builder.Password = value; return true;
            case "dbname": builder.Database = value; return true;
            case "sslrootcert": builder.RootCertificate = value; return true;
            case "sslcert": builder.SslCertificate = value; return true;
            case "sslkey": builder.SslKey = value; return true;
            case "application_name": builder.ApplicationName = value; return true;
            case "connect_timeout":
                var valid = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    && seconds <= 1024;
                builder.Timeout = valid ? seconds : builder.Timeout;
                return valid;
            case "sslmode": return TrySslMode(builder, value);
            default:
                // The name may be the tail of a password with an unencoded question mark, so it is not repeated either.
                problem = "has a parameter that is not supported.";
                return false;
        }
    }

    private static bool TrySslMode(NpgsqlConnectionStringBuilder builder, string value)
    {
        SslMode? mode = value switch
        {
            "disable" => SslMode.Disable,
            "allow" => SslMode.Allow,
            "prefer" => SslMode.Prefer,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            "verify-full" => SslMode.VerifyFull,
            _ => null,
        };
        builder.SslMode = mode ?? builder.SslMode;
        return mode is not null;
    }

    private static (string Before, string After) Cut(string text, char separator)
    {
        var index = text.IndexOf(separator, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }
}
