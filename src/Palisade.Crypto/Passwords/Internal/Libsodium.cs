using System.Reflection;
using System.Runtime.InteropServices;

namespace Palisade.Crypto.Passwords.Internal;

internal static partial class Libsodium
{
    internal const int StringSize = 128;
    internal const int Argon2id13 = 2;

    /// <summary>errno when the password is simply not the one; anything else means that nothing was computed.</summary>
    internal const int Mismatch = 22;

    private const string Library = "libsodium.so.23";

    // 1.0.18 and 1.0.19 differ in their number, not in what is used here.
    private static readonly string[] Names = [Library, "libsodium.so.26", "libsodium.so", "libsodium.dylib", "libsodium"];

    private static readonly Lazy<bool> Started = new(Start);

    internal static void EnsureStarted() => _ = Started.Value;

    internal static nint Load(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(Libsodium).Assembly, DllImportSearchPath.SafeDirectories, out var handle))
            {
                return handle;
            }
        }

        throw new LibsodiumMissingException();
    }

    [LibraryImport(Library, EntryPoint = "crypto_pwhash_str_alg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int HashToString(
        Span<byte> text, ReadOnlySpan<byte> password, ulong passwordSize, ulong passes, nuint memoryBytes, int algorithm);

    [LibraryImport(Library, EntryPoint = "crypto_pwhash_str_verify", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int VerifyString(ReadOnlySpan<byte> text, ReadOnlySpan<byte> password, ulong passwordSize);

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Initialise();

    private static bool Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(Libsodium).Assembly, Resolve);
        // 1 means that someone else in this process was first.
        return Initialise() >= 0 ? true : throw new InvalidOperationException("libsodium could not find a source of randomness.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Library ? Load(Names) : nint.Zero;
}
