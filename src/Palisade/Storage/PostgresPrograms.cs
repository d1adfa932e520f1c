using System.Globalization;

namespace Palisade.Storage;

/// <summary>The server programs of one installed PostgreSQL.</summary>
/// <param name="Folder">Where <c>postgres</c>, <c>initdb</c> and <c>pg_dump</c> are.</param>
/// <param name="Version">The major version.</param>
public sealed record PostgresPrograms(string Folder, int Version)
{
    /// <summary>The oldest major version that is supported.</summary>
    public const int OldestVersion = 15;

    // Debian's layout, /usr/lib/postgresql/15/bin: several versions side by side, none of them on the path.
    private const string Installed = "/usr/lib/postgresql";

    /// <summary>The newest installed version that is supported, or <see langword="null"/>.</summary>
    public static PostgresPrograms? Newest() => All(Installed).MaxBy(programs => programs.Version);

    /// <summary>The path of one of them.</summary>
    public string Tool(string name) => Path.Combine(Folder, name);

    /// <summary>The programs that can serve a cluster: those of its own version, or the newest for one that is yet to be made.</summary>
    /// <param name="cluster">The cluster's folder; it may be missing.</param>
    /// <param name="installed">Where to look.</param>
    /// <exception cref="ClusterException">They are not installed; the message names the package.</exception>
    internal static PostgresPrograms For(string cluster, string installed = Installed)
    {
        var marker = Path.Combine(cluster, "PG_VERSION");
        if (!File.Exists(marker))
        {
            return All(installed).MaxBy(programs => programs.Version)
                ?? throw new ClusterException($"PostgreSQL {OldestVersion} or newer is not installed. Install the package postgresql, or set DATABASE_URL.");
        }

        var wanted = File.ReadAllText(marker).Trim();
        return All(installed).FirstOrDefault(programs => Text(programs.Version) == wanted)
            ?? throw new ClusterException(
                $"The data folder belongs to PostgreSQL {wanted}, which is not installed or not supported. "
                + $"Install postgresql-{wanted}, or start with another --data.");
    }

    private static IEnumerable<PostgresPrograms> All(string installed) =>
        from folder in Directory.Exists(installed) ? Directory.GetDirectories(installed) : []
        let version = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        let programs = new PostgresPrograms(Path.Combine(folder, "bin"), version)
        where version >= OldestVersion && File.Exists(programs.Tool("initdb")) && File.Exists(programs.Tool("postgres"))
        select programs;

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
