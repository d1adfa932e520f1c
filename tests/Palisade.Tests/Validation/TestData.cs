using System.Text;
using System.Text.Json;

namespace Palisade.Tests.Validation;

/// <summary>The files under tests/data.</summary>
internal static class TestData
{
    private static readonly Lazy<string> Folder = new(() =>
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Palisade.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside their repository.");
        }
        return Path.Combine(folder.FullName, "tests", "data");
    });

    internal static JsonDocument Json(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder.Value, name)));

    /// <summary>The records of an RFC 4180 file.</summary>
    internal static IEnumerable<string[]> Records(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder.Value, name), Encoding.UTF8);
        var (fields, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append(text[++i]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    break;
                case '\r' when !quoted:
                    break;
                case '\n' when !quoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    yield return [.. fields];
                    fields.Clear();
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }
    }
}
