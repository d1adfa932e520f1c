using System.Collections.Concurrent;

namespace Palisade.Logging.Internal;

// Whether a value is secret because of what it is called. Names are cut into words at capitals, digits and separators, so
// that "pin" hides CardPin and not Shipping; words that occur inside others only in names of secrets are looked for anywhere,
// so that "accesstoken" needs no capital.
internal static class SecretKeys
{
    private static readonly string[] Anywhere =
    [
        "password", "passwd", "passphrase", "secret", "token", "authorization", "cookie", "apikey", "credential",
        "connectionstring", "privatekey", "signingkey", "encryptionkey", "databaseurl", "redisurl",
    ];

    private static readonly HashSet<string> Words =
    [
        "pwd", "otp", "totp", "hotp", "ssn", "card", "pan", "pin", "cvv", "cvc", "refresh", "jwt", "bearer", "csrf", "dpop",
        "seed", "passport", "iban",
    ];

    // "code" is a secret unless another word says that it is not.
    private static readonly HashSet<string> HarmlessCodes =
    [
        "status", "error", "exit", "result", "reason", "problem", "event", "country", "currency", "language", "postal", "zip",
        "http", "response", "sql", "hash",
    ];

    // Names come from source code and from dictionaries of callers; only the first kind repeats, so the memory is bounded.
    private const int MostRemembered = 4096;

    private static readonly ConcurrentDictionary<string, bool> Remembered = new(StringComparer.Ordinal);

    internal static bool IsSecret(string key)
    {
        if (Remembered.TryGetValue(key, out var known))
        {
            return known;
        }

        var secret = Decide(key);
        if (Remembered.Count < MostRemembered && key.Length <= 64)
        {
            Remembered.TryAdd(key, secret);
        }

        return secret;
    }

    private static bool Decide(string key)
    {
        var words = Cut(key);
        var joined = string.Concat(words);
        return Array.Exists(Anywhere, part => joined.Contains(part, StringComparison.Ordinal))
            || words.Exists(Words.Contains)
            || (words.Exists(word => word is "code" or "codes") && !words.Exists(HarmlessCodes.Contains));
    }

    private static List<string> Cut(string key)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= key.Length; i++)
        {
            if (i < key.Length && char.IsLetter(key[i]) && !(i > start && BeginsWord(key, i)))
            {
                continue;
            }

            if (i > start)
            {
                words.Add(key[start..i].ToLowerInvariant());
            }

            start = i < key.Length && char.IsLetter(key[i]) ? i : i + 1;
        }

        return words;
    }

    // The T of accessToken, and the S of TOTPSeed.
    private static bool BeginsWord(string key, int i) =>
        char.IsUpper(key[i]) && (!char.IsUpper(key[i - 1]) || (i + 1 < key.Length && char.IsLower(key[i + 1])));
}
