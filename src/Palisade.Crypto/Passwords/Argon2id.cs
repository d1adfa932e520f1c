using System.Runtime.InteropServices;
using System.Text;
using Palisade.Crypto.Passwords.Internal;

namespace Palisade.Crypto.Passwords;

/// <summary>Argon2id version 1.3 (RFC 9106), computed by the system's libsodium.</summary>
/// <remarks>
/// Each call takes the whole memory of its cost and tens of milliseconds of one core, and cannot be cancelled: the caller
/// limits how many run at once. Passwords reach this class through <see cref="PasswordHashing"/>, which adds the pepper.
/// </remarks>
public static class Argon2id
{
    /// <summary>Loads the native library. The host calls this at start, so that it does not fail at the first sign-in.</summary>
    /// <exception cref="LibsodiumMissingException">It is not installed; the message names the package.</exception>
    public static void EnsureAvailable() => Libsodium.EnsureStarted();

    /// <summary>A PHC string with a fresh 16-byte salt, at most 127 ASCII characters.</summary>
    /// <exception cref="InsufficientMemoryException">The system did not give the memory.</exception>
    public static string Hash(ReadOnlySpan<byte> password, Argon2idCost cost)
    {
        cost.ThrowIfDefault();
        EnsureAvailable();
        Span<byte> text = stackalloc byte[Libsodium.StringSize];
        var status = Libsodium.HashToString(
            text, password, (ulong)password.Length, (ulong)cost.Passes, (nuint)cost.MemoryKiB * 1024, Libsodium.Argon2id13);
        return status == 0
            ? Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)])
            : throw new InsufficientMemoryException($"Argon2id could not have {cost.MemoryKiB} KiB.");
    }

    /// <summary>Whether the password is the hashed one, compared in fixed time. False means only: another password.</summary>
    /// <exception cref="StoredPasswordException">
    /// The text is no Argon2id hash, or asks for more than the limits of <see cref="Argon2idCost"/>.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The hash could not be computed.</exception>
    public static bool Verify(string phc, ReadOnlySpan<byte> password)
    {
        ArgumentNullException.ThrowIfNull(phc);
        _ = Argon2idText.Parse(phc);
        EnsureAvailable();
        Span<byte> text = stackalloc byte[Libsodium.StringSize];
        text.Clear();
        Encoding.ASCII.GetBytes(phc, text);
        if (Libsodium.VerifyString(text, password, (ulong)password.Length) == 0)
        {
            return true;
        }

        // libsodium answers -1 to a wrong password and to a lack of memory alike; only errno tells them apart. A
        // busy server must not tell people that their password is wrong.
        return Marshal.GetLastPInvokeError() == Libsodium.Mismatch
            ? false
            : throw new InsufficientMemoryException("Argon2id could not compute a stored hash.");
    }

    /// <summary>Whether a hash was made at another cost than this one, higher or lower.</summary>
    /// <exception cref="StoredPasswordException">The text is no Argon2id hash.</exception>
    public static bool NeedsRehash(string phc, Argon2idCost cost)
    {
        ArgumentNullException.ThrowIfNull(phc);
        cost.ThrowIfDefault();
        return !Argon2idText.Parse(phc).IsOf(cost);
    }
}
