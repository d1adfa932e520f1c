namespace Palisade.Storage;

/// <summary>The data folder, held by one process.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>Takes the folder for this process, until it ends in whatever way.</summary>
    /// <exception cref="ClusterException">Another process or another user has it, or it cannot be made.</exception>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // The lock belongs to the open file: the kernel lets go of it with the process, so no stale lock can remain.
            return new DataFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            throw new ClusterException($"The data folder {path} belongs to another user. Start as that user, or with another --data.");
        }
        catch (IOException exception)
        {
            throw new ClusterException(Directory.Exists(path)
                ? $"Another instance is running on the data folder {path}. Stop it, or start with another --data."
                : $"The data folder {path} cannot be made: {exception.Message}");
        }
    }

    /// <summary>Whether a process holds the folder at this moment.</summary>
    public static bool IsTaken(string path)
    {
        try
        {
            using var free = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Lets others take the folder.</summary>
    public void Dispose() => held.Dispose();
}
