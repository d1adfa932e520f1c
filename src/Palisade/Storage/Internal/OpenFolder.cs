using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Palisade.Storage.Internal;

/// <summary>A folder that is held open, and so has a short path of this process's own.</summary>
/// <remarks>
/// The address of a unix socket has room for 107 bytes, and a connection string gives a meaning to commas and colons. The
/// short path has neither trouble, wherever the folder is. Child processes of the same user can use it too.
/// </remarks>
internal sealed class OpenFolder : IDisposable
{
    private const int CloseOnExec = 0x80000; // and O_RDONLY, which is 0

    private readonly SafeFileHandle handle;

    internal OpenFolder(string path)
    {
        handle = Open(Encoding.UTF8.GetBytes(path + '\0'), CloseOnExec);
        if (handle.IsInvalid)
        {
            throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    internal string ShortPath =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}");

    public void Dispose() => handle.Dispose();

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open(byte[] path, int flags);
}
