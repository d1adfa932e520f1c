namespace Palisade.Configuration.Internal;

/// <summary>The environment before the <c>.env</c> file; in each of them either <c>NAME</c> or <c>NAME_FILE</c>.</summary>
internal sealed class SettingSources(
    IReadOnlyDictionary<string, string> environment,
    IReadOnlyDictionary<string, string> dotEnv,
    Func<string, string> readFile,
    Findings findings)
{
    internal IEnumerable<string> NamesInEnvironment => environment.Keys;

    internal IEnumerable<string> NamesInDotEnv => dotEnv.Keys;

    /// <summary>The value under exactly this name, or <see langword="null"/>. To be asked once per name: it reports as it
    /// reads.</summary>
    internal string? Find(string name) => FindIn(environment, name) ?? FindIn(dotEnv, name);

    private string? FindIn(IReadOnlyDictionary<string, string> layer, string name)
    {
        var direct = layer.GetValueOrDefault(name);
        var file = layer.GetValueOrDefault($"{name}_FILE");
        if (string.IsNullOrEmpty(file))
        {
            return string.IsNullOrEmpty(direct) ? null : direct;
        }

        if (!string.IsNullOrEmpty(direct))
        {
            findings.Mistake(name, $"and {name}_FILE are both set; keep one.");
            return direct;
        }

        return Mounted(name, file);
    }

    private string? Mounted(string name, string file)
    {
        string text;
        try
        {
            text = readFile(file);
        }
        catch (Exception unreadable) when (
            unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            findings.Mistake($"{name}_FILE", "the file cannot be read; check that it exists and who may read it.");
            return null;
        }

        // Editors and "echo" end a file with a newline; a secret never means to.
        text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        if (text.Length == 0)
        {
            findings.Mistake($"{name}_FILE", "the file is empty.");
            return null;
        }

        return text;
    }
}
