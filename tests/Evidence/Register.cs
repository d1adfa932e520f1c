namespace Palisade.Evidence;

/// <summary>A list of promises that stands in the repository: requirements, invariants or ASVS rows.</summary>
/// <remarks>
/// A test claims a row by the trait <c>Trait</c>, which the attributes of this project set. <c>Rows</c> keep the order of
/// the file, which is the order of every report.
/// </remarks>
internal sealed record Register(string Trait, string Heading, IReadOnlyList<RegisterRow> Rows)
{
    /// <summary>The three registers of a folder.</summary>
    /// <exception cref="InvalidDataException">A line is malformed, or an id stands in them twice.</exception>
    internal static IReadOnlyList<Register> ReadAll(string directory)
    {
        Register[] registers =
        [
            new("Requirement", "Requirements", Read(Path.Combine(directory, "requirements.csv"))),
            new("Invariant", "Invariants", Read(Path.Combine(directory, "invariants.csv"))),
            new("Asvs", "OWASP ASVS 5.0", Read(Path.Combine(directory, "asvs.csv"))),
        ];

        // The evidence page is read back by id alone, so an id must mean one row over all three.
        var twice = registers.SelectMany(register => register.Rows)
            .GroupBy(row => row.Id)
            .FirstOrDefault(same => same.Count() > 1);
        return twice is null ? registers : throw new InvalidDataException($"{twice.Key} stands in the registers twice");
    }

    private static List<RegisterRow> Read(string path)
    {
        var lines = File.ReadLines(path).Select(CsvLine.Split);
        return [.. lines.Skip(1).Select((fields, index) => RegisterRow.From(fields, $"{path}:{index + 2}"))];
    }
}

/// <summary>One promise.</summary>
/// <remarks>
/// Only ASVS rows have a <c>Level</c>. <c>Applies</c> is false where the product does not use the technology; a test may
/// still prove its absence.
/// </remarks>
internal sealed record RegisterRow(string Id, string Area, string Title, string? Level, bool Applies)
{
    internal static RegisterRow From(IReadOnlyList<string> fields, string where) => fields.Count switch
    {
        3 => new(fields[0], fields[1], fields[2], Level: null, Applies: true),
        5 => new(fields[0], fields[1], fields[2], Level: fields[3], Applies: IsUsed(fields[4], where)),
        _ => throw new InvalidDataException($"{where}: expected 3 or 5 fields, found {fields.Count}"),
    };

    private static bool IsUsed(string kind, string where) => kind switch
    {
        "applicable-code" or "applicable-config" => true,
        "oauth" or "not-applicable" => false,
        _ => throw new InvalidDataException($"{where}: {kind} is no class"),
    };
}
