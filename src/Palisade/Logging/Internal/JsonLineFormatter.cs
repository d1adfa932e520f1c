using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;

namespace Palisade.Logging.Internal;

// One event, one line, one JSON object:
//
//   {"timestamp":"2026-01-31T08:15:30.1234567Z","level":"warn","service":"palisade","environment":"production",
//    "category":"…","message":"…","requestId":"…","event":"…","data":{…},
//    "exception":{"type":"…","message":"…","stack":"…","inner":{…}}}
//
// Security lines add serverTime (milliseconds since 1970), runtimeVersion and pid. The encoder is System.Text.Json's strict one:
// everything outside printable ASCII is escaped, so that no line end, terminal code or direction mark of a stranger's
// leaves its string.
internal sealed class JsonLineFormatter(string environment) : ITextFormatter
{
    private const int MostInnerExceptions = 5;

    private static readonly JsonWriterOptions Strict = new() { MaxDepth = 64 };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        ArgumentNullException.ThrowIfNull(output);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Strict))
        {
            WriteLine(json, logEvent);
        }

        // In one piece: whoever writes it can then undo a line that did not fit on the disk.
        output.Write($"{Encoding.UTF8.GetString(buffer.WrittenSpan)}\n");
    }

    private void WriteLine(Utf8JsonWriter json, LogEvent line)
    {
        var category = LineMembers.Text(line, LineMembers.Category) ?? "";
        var isSecurity = LogCategories.IsSecurity(category);
        var isAudit = LogCategories.IsAudit(category);
        json.WriteStartObject();
        json.WriteString("timestamp", line.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("level", LogLevels.Name(line.Level));
        json.WriteString("service", isSecurity ? "palisade-security" : isAudit ? "palisade-audit" : "palisade");
        json.WriteString("environment", environment);
        json.WriteString("category", category);
        json.WriteString("message", LogMessage.Render(line));
        WriteIfPresent(json, "requestId", LineMembers.Text(line, LineMembers.RequestId));
        WriteIfPresent(json, "event", LineMembers.Text(line, LineMembers.Event));
        if (isSecurity)
        {
            json.WriteNumber("serverTime", line.Timestamp.ToUnixTimeMilliseconds());
            json.WriteString("runtimeVersion", Environment.Version.ToString());
            json.WriteNumber("pid", Environment.ProcessId);
        }

        WriteData(json, line);
        if (line.Exception is { } exception)
        {
            json.WritePropertyName("exception");
            WriteException(json, exception, MostInnerExceptions);
        }

        json.WriteEndObject();
    }

    private static void WriteIfPresent(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteData(Utf8JsonWriter json, LogEvent line)
    {
        var begun = false;
        foreach (var (name, value) in line.Properties)
        {
            if (LineMembers.IsReserved(name))
            {
                continue;
            }

            if (!begun)
            {
                json.WriteStartObject("data");
                begun = true;
            }

            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        if (begun)
        {
            json.WriteEndObject();
        }
    }

    private static void WriteValue(Utf8JsonWriter json, LogEventPropertyValue value)
    {
        switch (value)
        {
            case StructureValue structure:
                WriteMembers(json, structure.Properties.Select(property => (property.Name, property.Value)));
                break;
            case DictionaryValue dictionary:
                WriteMembers(json, dictionary.Elements.Select(pair => (pair.Key.Value as string ?? "", pair.Value)));
                break;
            case SequenceValue sequence:
                json.WriteStartArray();
                foreach (var element in sequence.Elements)
                {
                    WriteValue(json, element);
                }

                json.WriteEndArray();
                break;
            case ScalarValue scalar:
                WriteScalar(json, scalar.Value);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static void WriteMembers(Utf8JsonWriter json, IEnumerable<(string Name, LogEventPropertyValue Value)> members)
    {
        json.WriteStartObject();
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    private static void WriteScalar(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case decimal number: json.WriteNumberValue(number); break;
            case float or double when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                json.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case ulong number: json.WriteNumberValue(number); break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time: json.WriteStringValue(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)); break;
            case DateTime or DateOnly or TimeOnly:
                json.WriteStringValue(((IFormattable)value).ToString("O", CultureInfo.InvariantCulture));
                break;
            default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static void WriteException(Utf8JsonWriter json, Exception exception, int innerLeft)
    {
        json.WriteStartObject();
        json.WriteString("type", exception.GetType().FullName);
        json.WriteString("message", SecretText.Scrub(exception.Message));
        json.WriteString("stack", exception.StackTrace ?? "");
        if (exception.InnerException is { } inner && innerLeft > 0)
        {
            json.WritePropertyName("inner");
            WriteException(json, inner, innerLeft - 1);
        }

        json.WriteEndObject();
    }
}
