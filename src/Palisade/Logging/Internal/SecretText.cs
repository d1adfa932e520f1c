using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Palisade.Logging.Internal;

/// <summary>Hides what looks like a secret inside a text: in messages, stack traces, URLs and connection strings.</summary>
/// <remarks>A second fence. Secrets belong into named values, where <see cref="SecretKeys"/> hides them surely.</remarks>
internal static class SecretText
{
    internal const string Hidden = "***";

    // A longer text is somebody's attempt to fill the disk, or a document that does not belong into a log.
    private const int MostCharacters = 8192;

    // Linear time whatever the text is: it may be a stranger's.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    // Cookie: a=1; b=2 and the like: secret to the end of the line.
    private static readonly Regex Header = new("""\b(?<name>(?:set-)?cookie|(?:proxy-)?authorization)"? ?[:=][^\r\n]*""", Linear);

    // The name and sign of name=value, name: value and "name":"value".
    private static readonly Regex Assignment = new("""(?<key>[a-z0-9_.%-]{1,64})["']?\s?(?<sign>[=:])\s?""", Linear);

    private static readonly SearchValues<char> EndsValue = SearchValues.Create(" \t\r\n&;,\"'<>})");

    private static readonly Regex Scheme = new(
        """\b(?<scheme>Bearer|DPoP|Basic) +[A-Za-z0-9._~+/=-]{6,}""", Linear);

    private static readonly Regex Jws = new(
        """\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]*""", RegexOptions.NonBacktracking);

    private static readonly Regex UserInfo = new(
        """(?<before>[a-z][a-z0-9+.-]{1,30}://)[^\s/?#@"']*:[^\s/?#"']*@""", Linear);

    internal static string Scrub(string text)
    {
        var whole = text.Length <= MostCharacters ? text : $"{text[..MostCharacters]}… ({text.Length} characters)";
        if (whole.AsSpan().IndexOfAny("=: .") < 0)
        {
            return whole;
        }

        whole = Header.Replace(whole, $"${{name}}: {Hidden}");
        whole = Scheme.Replace(whole, $"${{scheme}} {Hidden}");
        whole = UserInfo.Replace(whole, $"${{before}}{Hidden}@");
        whole = Jws.Replace(whole, Hidden);
        return HideAssigned(whole);
    }

    private static string HideAssigned(string text)
    {
        var result = new StringBuilder();
        var copied = 0;
        for (var match = Assignment.Match(text); match.Success;)
        {
            var next = match.Index + match.Length;
            var end = IsSecret(match.Groups["key"].Value, match.Groups["sign"].Value) ? EndOfValue(text, next) : next;
            if (end > next)
            {
                result.Append(text, copied, next - copied).Append(Hidden);
                copied = next = end;
            }

            match = Assignment.Match(text, next);
        }

        return copied == 0 ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    // "Exit code: 1" is English; "code=1" is a parameter.
    private static bool IsSecret(string key, string sign) =>
        SecretKeys.IsSecret(key) && !(sign == ":" && key.Equals("code", StringComparison.OrdinalIgnoreCase));

    private static int EndOfValue(string text, int start)
    {
        if (start == text.Length || text[start] is not ('"' or '\''))
        {
            var length = text.AsSpan(start).IndexOfAny(EndsValue);
            return length < 0 ? text.Length : start + length;
        }

        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == text[start])
            {
                return i + 1;
            }
        }

        return text.Length;
    }
}
