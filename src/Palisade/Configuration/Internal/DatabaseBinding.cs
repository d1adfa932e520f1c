using Npgsql;
using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

internal static class DatabaseBinding
{
    private static readonly Setting[] Parts =
    [
        Catalogue.DatabaseHost, Catalogue.DatabasePort, Catalogue.DatabaseName, Catalogue.DatabaseUser,
        Catalogue.DatabasePassword,
    ];

    internal static DatabaseSettings Bind(SettingValues values, bool production, Findings findings)
    {
        Check(Catalogue.DatabaseAddress, values, production, findings);
        Check(Catalogue.MigrationDatabaseAddress, values, production, findings);
        if (values.Integer(Catalogue.PoolMin) > values.Integer(Catalogue.PoolMax))
        {
            findings.Mistake(Catalogue.PoolMin.Name, $"must not be greater than {Catalogue.PoolMax.Name}.");
        }

        return new DatabaseSettings
        {
            Url = values.Given(Catalogue.DatabaseAddress) ?? FromParts(values, production, findings),
            MigrationUrl = values.Given(Catalogue.MigrationDatabaseAddress),
            PoolMin = values.Integer(Catalogue.PoolMin),
            PoolMax = values.Integer(Catalogue.PoolMax),
            IdleTimeout = values.Duration(Catalogue.IdleTimeout),
            ConnectTimeout = values.Duration(Catalogue.ConnectTimeout),
            StatementTimeout = values.Duration(Catalogue.StatementTimeout),
            ReportTimeout = values.Duration(Catalogue.ReportTimeout),
        };
    }

    private static void Check(Setting setting, SettingValues values, bool production, Findings findings)
    {
        if (values.Given(setting) is not { } address)
        {
            return;
        }

        if (!DatabaseUrl.TryParse(address, out var builder, out var problem))
        {
            findings.Mistake(setting.Name, problem);
        }
        else if (production && !DatabaseUrl.IsProtected(builder))
        {
            // "require" encrypts towards whoever answers; only VerifyFull makes sure that it is the right server.
            findings.Mistake(setting.Name, "must use sslmode=verify-full (SSL Mode=VerifyFull) or a unix socket in Production.");
        }

        if (setting == Catalogue.DatabaseAddress && Array.Find(Parts, values.IsGiven) is { } part)
        {
            findings.Mistake(setting.Name, $"and {part.Name} are both set; use the URL or the DB_ names, not both.");
        }
    }

    private static string? FromParts(SettingValues values, bool production, Findings findings)
    {
        if (values.IsGiven(Catalogue.DatabaseAddress))
        {
            return null;
        }

        if (values.Given(Catalogue.DatabaseHost) is not { } host)
        {
            foreach (var part in Parts.Where(values.IsGiven))
            {
                findings.Mistake(part.Name, $"has no effect without {Catalogue.DatabaseHost.Name}.");
            }

            return null;
        }

        foreach (var missing in new[] { Catalogue.DatabaseName, Catalogue.DatabaseUser }.Where(part => !values.IsGiven(part)))
        {
            findings.Mistake(missing.Name, $"is missing; {Catalogue.DatabaseHost.Name} needs it.");
        }

        var local = host.StartsWith('/');
        if (production && !local && !values.IsGiven(Catalogue.DatabasePassword))
        {
            findings.Mistake(
                Catalogue.DatabasePassword.Name, $"is missing; {Catalogue.DatabaseHost.Name} needs it in Production.");
        }

        return new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Port = values.Integer(Catalogue.DatabasePort),
            Database = values.Given(Catalogue.DatabaseName),
            Username = values.Given(Catalogue.DatabaseUser),
            Password = values.Given(Catalogue.DatabasePassword),
            SslMode = production && !local ? SslMode.VerifyFull : SslMode.Prefer,
        }.ConnectionString;
    }
}
