using Palisade.Configuration;

namespace Palisade.Tests.Configuration;

/// <summary>A production environment in which nothing is wrong, to be spoiled one variable at a time.</summary>
internal static class ConfigurationOf
{
    internal const string DatabaseUrl = "postgresql://palisade_app:p%40ss@db.internal:5432/palisade?sslmode=verify-full";

    internal static Dictionary<string, string> Production() => new(StringComparer.Ordinal)
    {
        ["PALISADE_ENVIRONMENT"] = "Production",
        ["PUBLIC_URL"] = "https://crm.brokerage.test",
        ["DATABASE_URL"] = DatabaseUrl,
        ["SMTP_HOST"] = "mail.brokerage.test",
        ["SMTP_FROM"] = "no-reply@brokerage.test",
        ["SSL_CERT_PATH"] = "/etc/palisade/tls.pem",
        ["SSL_KEY_PATH"] = "/etc/palisade/tls.key",
        ["JWT_SECRET"] = "fxYy2rJcK0m6o1Tqv8bDgNeLhXzWuA4ipR5sE7kVtQ3CjFZ9nMwBOaUHGlSdPI+y",
        ["JWT_REFRESH_SECRET"] = "Q8vN1mXzLr4TyKc6WbHs0EoPjUaGd9FiBhVn3RtYeCkMxZqSw2AuDl5JfIgOp7+L",
        ["SESSION_SECRET"] = "h5RkTzQ0cWvYb8NmXp2LsJdGfAe7UiHo4VtKrBnCy1ZxMqEw9OaPuDlSj6FgIk3+",
        ["ENCRYPTION_KEY"] = "9f1c4be07a3d58e62b90c7f415ad836e0d72e9b16c45fa38d10b7e94c26f53a8",
        ["SIGNING_KEY"] = "c3a91f70e5d8426b1b7e09f4ad62c85310fe94a7b6d2385cce417098f53ab26d",
    };

    internal static Dictionary<string, string> Production(params (string Name, string? Value)[] changes)
    {
        var environment = Production();
        foreach (var (name, value) in changes)
        {
            environment.Remove(name);
            if (value is not null)
            {
                environment[name] = value;
            }
        }

        return environment;
    }

    internal static Dictionary<string, string> Development(params (string Name, string? Value)[] changes) =>
        Production([("PALISADE_ENVIRONMENT", "Development"), .. changes]);

    internal static SettingsResult Read(
        Dictionary<string, string> environment, string? dotEnv = null, Func<string, string>? readFile = null) =>
        SettingsReader.Read(environment, dotEnv, readFile ?? (_ => throw new FileNotFoundException()));

    internal static PalisadeSettings Settings(
        Dictionary<string, string> environment, string? dotEnv = null, Func<string, string>? readFile = null)
    {
        var result = Read(environment, dotEnv, readFile);
        Assert.Empty(result.Mistakes);
        return result.Settings!;
    }

    internal static string OnlyMistake(
        Dictionary<string, string> environment, string? dotEnv = null, Func<string, string>? readFile = null)
    {
        var result = Read(environment, dotEnv, readFile);
        Assert.Null(result.Settings);
        return Assert.Single(result.Mistakes);
    }
}
