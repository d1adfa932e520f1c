namespace Palisade.Crypto.Tests;

/// <summary>A tab-separated file under <c>test/vectors</c> or <c>test/golden</c>.</summary>
internal static class Table
{
    internal static IReadOnlyList<Row> Read(string path)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, path));
        var columns = lines[0].Split('\t');
        return [.. lines.Skip(1).Select(line => new Row(columns.Zip(line.Split('\t')).ToDictionary(cell => cell.First, cell => cell.Second)))];
    }

    internal sealed class Row(IReadOnlyDictionary<string, string> cells)
    {
        internal bool IsValid => cells["result"] == "valid";

        internal string Text(string column) => cells[column];

        internal byte[] Bytes(string column) => Convert.FromHexString(cells[column]);
    }
}
