using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Palisade.Crypto.Passwords.Internal;

/// <summary>The system's libcrypt (libxcrypt), for hashes that were made elsewhere.</summary>
internal static unsafe class Libcrypt
{
    // struct crypt_data of libxcrypt; glibc's own of older systems is larger and has neither bcrypt nor yescrypt.
    private const int DataSize = 32768;

    private static readonly string[] Names = ["libcrypt.so.1", "libcrypt.so.2"];

    private static readonly Lazy<nint> CryptR = new(() => Load(Names));

    internal static void EnsureStarted() => _ = CryptR.Value;

    internal static nint Load(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(Libcrypt).Assembly, DllImportSearchPath.SafeDirectories, out var library)
                && NativeLibrary.TryGetExport(library, "crypt_r", out var function))
            {
                return function;
            }
        }

        throw new LibcryptMissingException();
    }

    /// <summary>Whether the password hashes to this text under its own salt and cost. The password MUST NOT hold NUL: it would end there.</summary>
    internal static bool Verify(ReadOnlySpan<byte> password, string text)
    {
        var crypt = (delegate* unmanaged<byte*, byte*, byte*, byte*>)CryptR.Value;
        // Pinned for their life: the collector leaves no copies of them behind. crypt_r keeps the password in its data.
        var phrase = GC.AllocateArray<byte>(password.Length + 1, pinned: true);
        var data = GC.AllocateArray<byte>(DataSize, pinned: true);
        try
        {
            password.CopyTo(phrase);
            var setting = new byte[text.Length + 1];
            System.Text.Encoding.ASCII.GetBytes(text, setting);
            fixed (byte* phrasePointer = phrase, settingPointer = setting, dataPointer = data)
            {
                // A failure is null or a text that begins with *, which no hash does.
                var result = crypt(phrasePointer, settingPointer, dataPointer);
                return result is not null && CryptographicOperations.FixedTimeEquals(
                    MemoryMarshal.CreateReadOnlySpanFromNullTerminated(result), setting.AsSpan(0, text.Length));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(phrase);
            CryptographicOperations.ZeroMemory(data);
        }
    }
}
