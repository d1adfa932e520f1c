using System.Security.Cryptography;
using System.Text;
using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

internal static class SecretsBinding
{
    private static readonly Setting[] Keys =
        [Catalogue.JwtSecret, Catalogue.JwtRefreshSecret, Catalogue.SessionSecret, Catalogue.EncryptionKey, Catalogue.SigningKey];

    internal static SecretSettings? Bind(SettingValues values, Findings findings)
    {
        var read = new Dictionary<Setting, byte[]>();
        foreach (var setting in Keys)
        {
            if (values.Given(setting) is not { } text)
            {
                continue;
            }

            var (bytes, problem) = KeyMaterial.Read(text, exactBytes: setting == Catalogue.EncryptionKey ? 32 : null);
            if (problem is null)
            {
                read.Add(setting, bytes);
            }
            else
            {
                findings.Mistake(setting.Name, problem);
            }
        }

        RefuseEqual(read, values, findings);
        return read.Count < Keys.Length ? null : new SecretSettings
        {
            JwtSecret = new JwtSecret(read[Catalogue.JwtSecret]),
            JwtRefreshSecret = new JwtRefreshSecret(read[Catalogue.JwtRefreshSecret]),
            SessionSecret = new SessionSecret(read[Catalogue.SessionSecret]),
            EncryptionKey = new EncryptionKey(read[Catalogue.EncryptionKey]),
            SigningKey = new SigningKey(read[Catalogue.SigningKey]),
        };
    }

    // One secret in two places falls in both when either leaks. Compared after decoding: hex and base64 of one key are one key.
    private static void RefuseEqual(Dictionary<Setting, byte[]> read, SettingValues values, Findings findings)
    {
        var passwords = new[] { Catalogue.DatabasePassword, Catalogue.RedisPassword };
        foreach (var (setting, bytes) in read)
        {
            var text = Encoding.UTF8.GetBytes(values.Given(setting)!);
            var twin = read.TakeWhile(other => other.Key != setting)
                .Where(other => CryptographicOperations.FixedTimeEquals(other.Value, bytes))
                .Select(other => other.Key)
                .Concat(passwords.Where(password =>
                    values.Given(password) is { } value
                        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value), text)))
                .FirstOrDefault();
            if (twin is not null)
            {
                findings.Mistake(setting.Name, $"has the same value as {twin.Name}; every secret must be its own.");
            }
        }
    }
}
