using CsvHelper;
using Palisade.Accounts;

namespace Palisade.Cli;

/// <summary>A CSV file of accounts (RFC 4180, UTF-8), read as a stream.</summary>
internal static class UsersFile
{
    private static readonly string[] Columns = ["email", "name", "role", "passwordHash", "status"];

    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        HasHeader = false, // ours to check
        SkipEmptyLines = false, // they count as records, and as bad ones
        MaxRecordSize = 16 * 1024,
        FieldCountMismatch = CsvFieldCountHandling.Allow,
        IncludeValuesInExceptions = false,
    };

    /// <summary>Each record with its number, the header being 1; <see langword="null"/> in the place of one that has not the header's number of fields.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or stops being one; what came before was good.</exception>
    internal static IEnumerable<(int Line, ImportedUser? User)> Read(Stream file)
    {
        using var csv = CsvReader.Create(file, Format);
        using var rows = Records(csv).GetEnumerator();
        var places = rows.MoveNext() ? PlacesOf(rows.Current) : throw new InvalidDataException("The file is empty.");
        for (var line = 2; rows.MoveNext(); line++)
        {
            var record = rows.Current;
            string? Cell(int column) => places[column] >= 0 && record[places[column]] is { Length: > 0 } text ? text : null;
            yield return (line, record.Length == places.Count(place => place >= 0) ? new ImportedUser(Cell(0), Cell(1), Cell(2), Cell(3), Cell(4)) : null);
        }
    }

    private static IEnumerable<string[]> Records(CsvReader csv)
    {
        var rows = csv.GetEnumerator();
        while (Next())
        {
            yield return rows.Current.ToArray();
        }

        bool Next()
        {
            try
            {
                return rows.MoveNext();
            }
            catch (CsvFormatException)
            {
                throw new InvalidDataException("The file is not CSV from here on, or a record in it is too long.");
            }
        }
    }

    private static int[] PlacesOf(string[] header)
    {
        header[0] = header[0].TrimStart('\uFEFF');
        var places = Columns.Select(column => Array.IndexOf(header, column)).ToArray();
        return header.Length == places.Count(place => place >= 0) && places[..4].All(place => place >= 0)
            ? places
            : throw new InvalidDataException($"The first line must name the columns {string.Join(", ", Columns[..4])} and may name status.");
    }
}
