using System.Text.Unicode;
using CsvHelper;
using Palisade.Validation;

namespace Palisade.Crm.Customers;

/// <summary>A record of the file that cannot be imported.</summary>
/// <param name="Line">Counts records; the header is 1.</param>
/// <param name="Field">Which field, or <c>row</c> for the record as a whole.</param>
/// <param name="Code">Why.</param>
internal sealed record RejectedRow(int Line, string Field, string Code);

/// <summary>A good record.</summary>
internal sealed record CustomerRow(int Line, CustomerFields Fields);

/// <summary>A CSV file of customers (RFC 4180, UTF-8), read whole and checked by the rules of a single customer.</summary>
internal sealed record CustomerFile(int Rows, IReadOnlyList<CustomerRow> Good, IReadOnlyList<RejectedRow> Rejected)
{
    /// <summary>Bytes at most.</summary>
    internal const long LargestFile = 10 * 1024 * 1024;

    /// <summary>Records at most, the header not counted (R353).</summary>
    internal const int MostRows = 10_000;

    private static readonly string[] Columns = ["name", "email", "phone", "country", "passportNumber", "notes"];

    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        HasHeader = false, // ours to check
        SkipEmptyLines = false, // they count as records, and as bad ones
        MaxRecordSize = 64 * 1024,
        FieldCountMismatch = CsvFieldCountHandling.Allow,
        IncludeValuesInExceptions = false,
    };

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidRequestException">It is no such file, or has too many records: nothing of it is used.</exception>
    internal static CustomerFile Read(ReadOnlyMemory<byte> file)
    {
        if (!Utf8.IsValid(file.Span))
        {
            throw Refused("not_utf8", "The file is not UTF-8.");
        }

        var good = new List<CustomerRow>();
        var rejected = new List<RejectedRow>();
        var line = 1;
        try
        {
            // A stray quote spoils its own record and no other.
            var misquoted = new HashSet<long>();
            using var csv = CsvReader.Create(file, Format with { OnMalformedRecord = record => misquoted.Add(record.RecordNumber) });
            var rows = csv.GetEnumerator();
            var places = rows.MoveNext() ? PlacesOf(rows.Current.ToArray()) : throw Refused("empty", "The file is empty.");
            while (rows.MoveNext())
            {
                if (++line > MostRows + 1)
                {
                    throw Refused("too_many_rows", "The file has more than 10,000 records.");
                }

                if (misquoted.Contains(line))
                {
                    rejected.Add(new RejectedRow(line, "row", "malformed"));
                }
                else
                {
                    Judge(line, rows.Current.ToArray(), places, good, rejected);
                }
            }
        }
        catch (CsvFormatException)
        {
            throw Refused("malformed", "The file is not CSV, or a record in it is too long.");
        }

        return new CustomerFile(line - 1, good, rejected);
    }

    private static void Judge(int line, string[] record, int[] places, List<CustomerRow> good, List<RejectedRow> rejected)
    {
        if (record.Length != places.Length)
        {
            rejected.Add(new RejectedRow(line, "row", "wrong_number_of_fields"));
            return;
        }

        // An empty cell is an absent value.
        string? Cell(int column) => record[places[column]] is { Length: > 0 } text ? text : null;
        var fields = new CustomerFields(Cell(0), Cell(1), Cell(2), Cell(3), Cell(4), Cell(5));
        var errors = RequestRules.Check(fields);
        if (errors.Count == 0)
        {
            good.Add(new CustomerRow(line, fields));
        }
        else
        {
            rejected.AddRange(errors.Select(error => new RejectedRow(line, error.Field, error.Code)));
        }
    }

    /// <summary>Where each of our columns stands in the file. The header names all of them, in any order, and nothing else.</summary>
    private static int[] PlacesOf(string[] header)
    {
        header[0] = header[0].TrimStart('\uFEFF');
        var places = Columns.Select(column => Array.IndexOf(header, column)).ToArray();
        return header.Length == Columns.Length && places.All(place => place >= 0)
            ? places
            : throw Refused("wrong_header", $"The first line must name the columns {string.Join(", ", Columns)}.");
    }

    private static InvalidRequestException Refused(string code, string message) => new([new FieldError("file", code, message)]);
}
