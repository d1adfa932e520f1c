namespace Palisade.Docs.Tests;

/// <summary>The files of this repository, as they stand on disk.</summary>
internal static class Repository
{
    // What builds, runs and package managers leave behind; none of it is tracked.
    private static readonly HashSet<string> NotOurs = [".git", "artifacts", "bin", "obj", "node_modules", "TestResults", ".vs", ".idea"];

    internal static string Root { get; } = FindRoot();

    /// <summary>Every file, by its path from the root, with forward slashes.</summary>
    internal static IReadOnlyList<string> Files { get; } = [.. In(Root).Order(StringComparer.Ordinal)];

    internal static IEnumerable<string> Documents => Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal));

    internal static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The sources under a folder: path to text.</summary>
    internal static Dictionary<string, string> Sources(string folder) =>
        Files.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))
            .ToDictionary(path => path[folder.Length..], Text);

    private static IEnumerable<string> In(string folder)
    {
        // .git is a file in a linked worktree.
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !NotOurs.Contains(Path.GetFileName(file))))
        {
            yield return Path.GetRelativePath(Root, file);
        }

        foreach (var child in Directory.EnumerateDirectories(folder).Where(child => !NotOurs.Contains(Path.GetFileName(child)) && !IsDataFolder(child)))
        {
            foreach (var file in In(child))
            {
                yield return file;
            }
        }
    }

    // It belongs to a running instance, and part of it to another user.
    private static bool IsDataFolder(string folder) => File.Exists(Path.Combine(folder, "secrets.env"));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Palisade.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }
}
