using System.Runtime.InteropServices;

namespace Palisade.Cli;

/// <summary>Whether the library that hashes passwords is installed.</summary>
internal static class NativeLibraryCheck
{
    private static readonly string[] Names = ["libsodium.so.23", "libsodium.so.26", "libsodium"];

    internal static Finding Run()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                NativeLibrary.Free(handle);
                return new Finding("libsodium", Outcome.Ok, $"Found as {name}.");
            }
        }

        return new Finding("libsodium", Outcome.Failed, "Not found; install the package libsodium23.");
    }
}
