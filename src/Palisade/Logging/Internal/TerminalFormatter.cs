using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;

namespace Palisade.Logging.Internal;

/// <summary>For a developer's terminal: one short line, and the exception below it.</summary>
/// <remarks>Control characters are shown, never sent.</remarks>
internal sealed class TerminalFormatter : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        ArgumentNullException.ThrowIfNull(output);
        var time = logEvent.Timestamp.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var category = LineMembers.Text(logEvent, LineMembers.Category) ?? "";
        var text = new StringBuilder();
        text.Append(time).Append(' ').Append(LogLevels.Name(logEvent.Level).PadRight(8)).Append(Visible(category)).Append("  ");
        text.Append(Visible(LogMessage.Render(logEvent))).Append('\n');
        for (var exception = logEvent.Exception; exception is not null; exception = exception.InnerException)
        {
            text.Append("    ").Append(exception.GetType().FullName).Append(": ");
            text.Append(Visible(SecretText.Scrub(exception.Message))).Append('\n');
            text.Append(exception.StackTrace).Append('\n');
        }

        output.Write(text.ToString());
    }

    private static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var isInvisible = char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (isInvisible)
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                visible.Append(character);
            }
        }

        return visible.ToString();
    }
}
