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
    /// <exception cref="ClusterException">Another process has it.</exception>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(path);
        try
        {
            // The lock belongs to the open file: the kernel lets go of it with the process, so no stale lock can remain.
            return new DataFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new ClusterException($"Another instance is running on the data folder {path}. Stop it, or start with another --data.");
        }
    }

    /// <summary>Lets others take the folder.</summary>
    public void Dispose() => held.Dispose();
}
