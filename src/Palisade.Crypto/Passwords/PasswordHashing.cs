using System.Security.Cryptography;
using Palisade.Crypto.Passwords.Internal;
using Palisade.Crypto.Secrets;

namespace Palisade.Crypto.Passwords;

/// <summary>Makes and checks stored passwords: Argon2id over a keyed hash of the password.</summary>
/// <remarks>Safe for parallel use. A password counts in full: the keyed hash comes first, so nothing is cut.</remarks>
public sealed class PasswordHashing
{
    // Part of the stored form: another purpose would open no password that is stored today.
    private const string Purpose = "palisade password p1";

    private readonly Pepper current;
    private readonly Dictionary<Guid, Pepper> peppers;
    private readonly Argon2idCost cost;
    private readonly string decoy;

    /// <summary>Hashing with one pepper and one cost.</summary>
    /// <param name="current">Goes into every new hash.</param>
    /// <param name="retired">Older ones whose passwords still open, and are stored anew when they do.</param>
    /// <param name="cost">Of every new hash.</param>
    /// <exception cref="ArgumentException">Two peppers have one id.</exception>
    public PasswordHashing(Pepper current, IEnumerable<Pepper> retired, Argon2idCost cost)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(retired);
        cost.ThrowIfDefault();
        UnicodeData.EnsureAvailable();
        this.current = current;
        peppers = retired.Prepend(current).ToDictionary(pepper => pepper.Id);
        this.cost = cost;
        decoy = new PepperedText(current.Id, Argon2idText.Random(cost)).ToString();
    }

    /// <summary>What to store for a new password: ASCII, at most 162 characters, another one each time.</summary>
    public string Hash(PasswordAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var peppered = Season(current, attempt);
        try
        {
            return new PepperedText(current.Id, Argon2id.Hash(peppered, cost)).ToString();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(peppered);
        }
    }

    /// <summary>Whether the attempt is the stored password. It always costs one whole hash of the stored cost.</summary>
    /// <remarks>A value of <see cref="ImportedHash.ToStored"/> is read too, and always asks for a rehash.</remarks>
    /// <exception cref="StoredPasswordException">
    /// The stored value is malformed, or its pepper is neither current nor retired here.
    /// </exception>
    public PasswordVerdict Verify(string stored, PasswordAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(attempt);
        if (ImportedHash.IsStored(stored))
        {
            var opens = ImportedHash.FromStored(stored).Verify(attempt);
            return new PasswordVerdict(opens, NeedsRehash: opens);
        }

        var text = PepperedText.Parse(stored);
        if (!peppers.TryGetValue(text.PepperId, out var pepper))
        {
            throw new StoredPasswordException($"The pepper {text.PepperId} of a stored password is not loaded.");
        }

        var peppered = Season(pepper, attempt);
        try
        {
            var match = Argon2id.Verify(text.Argon2id, peppered);
            return new PasswordVerdict(
                match, NeedsRehash: match && (pepper != current || Argon2id.NeedsRehash(text.Argon2id, cost)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(peppered);
        }
    }

    /// <summary>A stored value that no password opens, of the current cost.</summary>
    /// <remarks>
    /// A sign-in to an unknown account MUST be checked against it, so that it takes as long as any other. It is one
    /// value for the life of this object, and never stored.
    /// </remarks>
    public string DecoyHash() => decoy;

    private static byte[] Season(Pepper pepper, PasswordAttempt attempt) =>
        KeyedHash.Compute(pepper.Bytes, Purpose, attempt.Utf8);
}
