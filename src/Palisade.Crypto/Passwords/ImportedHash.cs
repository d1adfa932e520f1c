using System.Diagnostics.CodeAnalysis;
using Palisade.Crypto.Passwords.Internal;
using Palisade.Crypto.Secrets;

namespace Palisade.Crypto.Passwords;

/// <summary>A password hash that another program made, good for one sign-in: the first right password is stored anew in our own form.</summary>
/// <remarks>
/// Read: bcrypt (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>), yescrypt (<c>$y$</c>), ASP.NET Core Identity versions 2 and 3, and PBKDF2 as
/// <c>$pbkdf2-sha256$</c> or <c>$pbkdf2-sha512$</c>. Each form has a bound on its cost, about a second of one core: whoever writes
/// the file to import decides what our sign-in computes.
/// </remarks>
[Secret]
public sealed class ImportedHash
{
    // Stored form i1: the other program's own text behind a mark, so that what is still to be replaced can be counted.
    //
    //     i1 $ <the text as it was imported>

    private const string Mark = "i1$";

    private readonly string text;
    private readonly IForeignHash hash;

    private ImportedHash(string text, IForeignHash hash)
    {
        this.text = text;
        this.hash = hash;
    }

    /// <summary><c>bcrypt</c>, <c>yescrypt</c>, <c>identity-v2</c>, <c>identity-v3</c>, <c>pbkdf2-sha256</c> or <c>pbkdf2-sha512</c>.</summary>
    public string Scheme => hash.Scheme;

    /// <summary>Whether checking it needs the system's libcrypt; see <see cref="EnsureAvailable"/>.</summary>
    public bool NeedsLibcrypt => hash is CryptHash;

    /// <summary>Reads a hash as the other program stored it. False: of no form that is read here, or too costly to compute.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImportedHash? imported)
    {
        imported = text is { Length: > 0 and <= 512 } && Read(text) is { } hash ? new ImportedHash(text, hash) : null;
        return imported is not null;
    }

    /// <summary>Loads the library that bcrypt and yescrypt need. An import calls this, so that it does not fail at somebody's sign-in.</summary>
    /// <exception cref="LibcryptMissingException">It is not installed; the message names the package.</exception>
    public static void EnsureAvailable() => Libcrypt.EnsureStarted();

    /// <summary>What to keep in the place of a hash of our own.</summary>
    public string ToStored() => Mark + text;

    /// <summary>The type's name, never the hash.</summary>
    public override string ToString() => nameof(ImportedHash);

    internal static bool IsStored(string stored) => stored.StartsWith(Mark, StringComparison.Ordinal);

    internal static ImportedHash FromStored(string stored) => TryParse(stored[Mark.Length..], out var imported)
        ? imported
        : throw new StoredPasswordException("The stored value is no imported hash within the limits.");

    /// <summary>Whether the attempt is the hashed password, compared in fixed time, after one whole hash.</summary>
    internal bool Verify(PasswordAttempt attempt) => hash.Verify(attempt.Utf8);

    private static IForeignHash? Read(string text) => text[0] == '$'
        ? (IForeignHash?)CryptHash.TryParse(text) ?? Pbkdf2Hash.TryParseText(text)
        : Pbkdf2Hash.TryParseIdentity(text);
}
