using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Configuration;

/// <summary>A file of freshly generated secrets, in <c>.env</c> syntax. Nobody but its owner can ever read it.</summary>
public static class SecretFile
{
    /// <summary>The name of the file inside the data folder.</summary>
    public const string FileName = "secrets.env";

    /// <summary>Mode 0600.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the file with five new secrets, on disk when this returns. Prints nothing.</summary>
    /// <exception cref="IOException">The file exists: it is never overwritten, because data may be sealed under its
    /// keys.</exception>
    public static void Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Written aside and linked into place: of two processes that start together, one creates, the other learns that it was
        // late, and neither ever reads half a file. The mode is given to open(2) itself, so there is no moment at which others
        // could read.
        var unfinished = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(Encoding.ASCII.GetBytes(NewSecrets()));
                file.Flush(flushToDisk: true);
            }

            GiveName(unfinished, path);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>As <see cref="Create"/>, unless the file is there already.</summary>
    /// <returns>Whether this call created it.</returns>
    public static bool CreateIfMissing(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return false;
        }

        try
        {
            Create(path);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Whether only the owner can read or write the file. Always true where there are no Unix modes.</summary>
    public static bool IsPrivate(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & ~OwnerOnly) == UnixFileMode.None;

    internal static string NewSecrets() => string.Create(CultureInfo.InvariantCulture, $"""
        # Generated secrets. Keep this file private, and keep a copy where backups of the data are kept apart from it.
        JWT_SECRET={Base64(48)}
        JWT_REFRESH_SECRET={Base64(48)}
        SESSION_SECRET={Base64(48)}
        ENCRYPTION_KEY={RandomNumberGenerator.GetHexString(64, lowercase: true)}
        SIGNING_KEY={RandomNumberGenerator.GetHexString(128, lowercase: true)}

        """);

    private static string Base64(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));

    // Fails when the name is taken. File.Move looks first and then renames: of several at once, the last would overwrite the others'
    // secrets. link(2) decides by itself; where a file system has no links, looking first is all there is.
    private static void GiveName(string unfinished, string path)
    {
        const int FileExists = 17; // EEXIST, on Linux and macOS
        if (!OperatingSystem.IsWindows() && Link(Encoding.UTF8.GetBytes(unfinished + '\0'), Encoding.UTF8.GetBytes(path + '\0')) == 0)
        {
            return;
        }

        if (!OperatingSystem.IsWindows() && Marshal.GetLastPInvokeError() == FileExists)
        {
            throw new IOException($"{path} exists already.");
        }

        File.Move(unfinished, path, overwrite: false);
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] existing, byte[] name);
}
