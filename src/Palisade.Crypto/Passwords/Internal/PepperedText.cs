using System.Globalization;

namespace Palisade.Crypto.Passwords.Internal;

/// <summary>What is kept for one password.</summary>
internal readonly record struct PepperedText(Guid PepperId, string Argon2id)
{
    // Stored form p1, readable for ever (test/golden/p1):
    //
    //     p1 $ <pepper id, 32 lower-case hex digits> $argon2id$v=19$m=...,t=...,p=1$<salt>$<hash>
    //
    // The password that Argon2id saw is the 32-byte keyed hash of the NFC text in UTF-8, under the pepper.

    private const string Prefix = "p1$";
    private const int PepperIdSize = 32;

    internal static PepperedText Parse(string stored)
    {
        if (stored.StartsWith(Prefix, StringComparison.Ordinal)
            && stored.Length > Prefix.Length + PepperIdSize
            && Guid.TryParseExact(stored.AsSpan(Prefix.Length, PepperIdSize), "N", out var pepperId))
        {
            return new PepperedText(pepperId, stored[(Prefix.Length + PepperIdSize)..]);
        }

        throw new StoredPasswordException("The stored value is of no form this version reads.");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{PepperId:N}{Argon2id}");
}
