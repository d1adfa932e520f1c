using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Parsing;

namespace Palisade.Logging.Internal;

/// <summary>The text of a line: its template with the already masked values in place. Raw values never come near it.</summary>
internal static class LogMessage
{
    internal static string Render(LogEvent line)
    {
        var text = new StringBuilder();
        foreach (var token in line.MessageTemplate.Tokens)
        {
            if (token is PropertyToken hole && line.Properties.TryGetValue(hole.PropertyName, out var value))
            {
                text.Append(Plain(value, hole.Format));
            }
            else
            {
                text.Append(token);
            }
        }

        // Once more over the whole: "password={Value}" gives a harmless name to a value that the sentence says is a secret.
        return SecretText.Scrub(text.ToString());
    }

    private static string Plain(LogEventPropertyValue value, string? format) => value switch
    {
        ScalarValue { Value: null } => "(null)",
        ScalarValue { Value: IFormattable formattable } => Formatted(formattable, format),
        ScalarValue { Value: { } scalar } => scalar.ToString() ?? "",
        _ => value.ToString(),
    };

    private static string Formatted(IFormattable value, string? format)
    {
        try
        {
            return value.ToString(format, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            return value.ToString(null, CultureInfo.InvariantCulture);
        }
    }
}
