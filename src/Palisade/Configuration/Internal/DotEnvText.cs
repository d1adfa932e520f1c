using System.Text;

namespace Palisade.Configuration.Internal;

// One assignment a line:
//
//   # a comment
//   NAME=value              surrounding blanks are dropped; " #" begins a comment
//   NAME='literally this'   nothing is special inside
//   NAME="a \"b\" \\ \n"    exactly these escapes
//
// There is no interpolation, no "export" and no value of several lines: what cannot be read in only one way is a mistake.
internal static class DotEnvText
{
    internal static IReadOnlyDictionary<string, string> Parse(string file, string? text, Findings findings)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in (text ?? "").TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : line[..equals].TrimEnd();
            if (!IsName(name))
            {
                findings.Mistake($"{file} line {number}", "write NAME=value, with letters, digits and underscores in the name.");
            }
            else if (Value(line[(equals + 1)..].Trim()) is not { } value)
            {
                findings.Mistake(
                    name, $"{file} line {number} has a quotation that does not end, text after one, or an unknown escape.");
            }
            else if (!values.TryAdd(name, value))
            {
                findings.Mistake(name, $"{file} line {number} sets it a second time; keep one line.");
            }
        }

        return values;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string? Value(string text)
    {
        if (text.Length == 0 || text[0] == '#')
        {
            return "";
        }

        if (text[0] is not ('"' or '\''))
        {
            return text[..CommentStart(text)].TrimEnd();
        }

        var value = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == text[0])
            {
                var rest = text[(i + 1)..].TrimStart();
                return rest.Length == 0 || rest[0] == '#' ? value.ToString() : null;
            }

            if (text[0] == '"' && text[i] == '\\')
            {
                i++;
                char? escaped = i == text.Length ? null : text[i] switch { 'n' => '\n', '"' => '"', '\\' => '\\', _ => null };
                if (escaped is null)
                {
                    return null;
                }

                value.Append(escaped.Value);
            }
            else
            {
                value.Append(text[i]);
            }
        }

        return null;
    }

    private static int CommentStart(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '#' && text[i - 1] is (' ' or '\t'))
            {
                return i;
            }
        }

        return text.Length;
    }
}
