using Npgsql;
using Palisade.Configuration.Internal;

namespace Palisade.Configuration;

/// <summary>A PostgreSQL address as people write it: a libpq URL, or Npgsql's own <c>Key=value;</c> string.</summary>
public static class DatabaseUrl
{
    /// <summary>The Npgsql connection string for an address.</summary>
    /// <remarks>
    /// URLs (libpq, "Connection URIs"): <c>postgres://</c> or <c>postgresql://</c>, percent-encoding, one host, and the
    /// parameters <c>host</c>, <c>port</c>, <c>user</c>, <c>password</c>, <c>dbname</c>, <c>sslmode</c>, <c>sslrootcert</c>,
    /// <c>sslcert</c>, <c>sslkey</c>, <c>application_name</c> and <c>connect_timeout</c>. A host that begins with a slash is a
    /// socket folder.
    /// </remarks>
    /// <exception cref="FormatException">The address is neither. The message never repeats any of it.</exception>
    public static string ToConnectionString(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return TryParse(url, out var builder, out var problem)
            ? builder.ConnectionString
            : throw new FormatException($"The database address {problem}");
    }

    internal static bool TryParse(string text, out NpgsqlConnectionStringBuilder builder, out string problem)
    {
        if (PostgresUrl.Looks(text))
        {
            return PostgresUrl.TryParse(text, out builder, out problem);
        }

        builder = [];
        problem = "is neither a postgresql:// URL nor an Npgsql connection string.";
        try
        {
            builder.ConnectionString = text;
        }
        catch (Exception unreadable) when (
            unreadable is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Npgsql's own message may quote the part it could not read, which may be a password.
            return false;
        }

        problem = "names no host.";
        return !string.IsNullOrEmpty(builder.Host);
    }

    /// <summary>Nobody on the way can read or alter the traffic: a socket of this machine, or a verified certificate and
    /// name.</summary>
    internal static bool IsProtected(NpgsqlConnectionStringBuilder builder) =>
        builder.SslMode == SslMode.VerifyFull
        || builder.Host!.Split(',', StringSplitOptions.TrimEntries).All(host => host.StartsWith('/'));
}
