using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace Palisade.Storage;

/// <summary>One numbered step of one set's schema: plain SQL, embedded in the set's assembly as <c>Migrations/NNNN_name.sql</c>.</summary>
/// <param name="Set">Whose schema it is: <c>palisade</c>, or the application's own.</param>
/// <param name="Number">Its place in the set, from 1, without gaps.</param>
/// <param name="Name">What it brings.</param>
/// <param name="Sql">The statements, run in one transaction as <c>palisade_owner</c>.</param>
public sealed record Migration(string Set, int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the statements: a migration that was applied once MUST never change.</summary>
    public byte[] Checksum { get; } = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Sql));

    /// <summary>The migrations embedded in an assembly, in order.</summary>
    /// <exception cref="InvalidOperationException">A number is missing or used twice.</exception>
    public static IReadOnlyList<Migration> In(Assembly assembly, string set)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return InOrder(set, assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name.Contains(".Migrations.", StringComparison.Ordinal))
            .Select(name => Read(assembly, set, name)));
    }

    internal static List<Migration> InOrder(string set, IEnumerable<Migration> migrations)
    {
        var found = migrations.OrderBy(migration => migration.Number).ToList();
        for (var index = 0; index < found.Count; index++)
        {
            if (found[index].Number != index + 1)
            {
                throw new InvalidOperationException($"The {set} migrations must be numbered 1, 2, 3 ...: {found[index].Name} breaks the row.");
            }
        }

        return found;
    }

    private static Migration Read(Assembly assembly, string set, string resource)
    {
        var file = resource[(resource.LastIndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length)..^".sql".Length];
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new Migration(set, int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd());
    }
}
