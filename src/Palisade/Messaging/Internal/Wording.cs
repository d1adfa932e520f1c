using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Palisade.Messaging.Internal;

/// <summary>What a person reads.</summary>
/// <param name="Subject">Of a mail; empty for an SMS.</param>
/// <param name="Text">The plain text.</param>
/// <param name="Html">The same as HTML; empty for an SMS.</param>
internal sealed record Letter(string Subject, string Text, string Html)
{
    /// <summary>The type's name: it holds one-time links.</summary>
    public override string ToString() => nameof(Letter);
}

/// <summary>Turns a kind of message and its values into words.</summary>
internal sealed class Wording(MessagingOptions options)
{
    private const string Page = """
        <!doctype html>
        <html lang="{0}"><head><meta charset="utf-8"><title>{1}</title></head>
        <body style="font:16px/1.5 system-ui,sans-serif;color:#1c2430;max-width:34em;margin:2em auto;padding:0 1em">
        {2}</body></html>

        """;

    private static readonly CompositeFormat PageFormat = CompositeFormat.Parse(Page);

    /// <summary>The language to write in: the one asked for, its parent (<c>de-AT</c>, <c>de</c>), else the installation's.</summary>
    public string LocaleFor(string? asked)
    {
        for (var locale = asked; !string.IsNullOrEmpty(locale); locale = locale.Contains('-', StringComparison.Ordinal) ? locale[..locale.LastIndexOf('-')] : null)
        {
            if (Language.All.TryGetValue(locale, out var language))
            {
                return language.Locale;
            }
        }

        return options.Locale;
    }

    public Letter Write(string template, string locale, IReadOnlyDictionary<string, string> values)
    {
        var language = Language.All[LocaleFor(locale)];
        var form = language.Templates[template];
        string Say(string text) => Language.Fill(text, name => Value(name, language, values));

        var subject = Say(form.Subject ?? "");
        var text = string.Join("\n\n", form.Text.Select(Say)) + "\n";
        if (form.Subject is null)
        {
            return new Letter("", text.TrimEnd(), "");
        }

        var paragraphs = form.Text.Select(paragraph => Paragraph(paragraph, Say(paragraph), form.Action));
        return new Letter(subject, text, string.Format(CultureInfo.InvariantCulture, PageFormat, language.Locale, Encoded(subject), string.Concat(paragraphs)));
    }

    // Every character of text and values is encoded; markup comes from here alone.
    private static string Paragraph(string template, string said, string? action) => template == "{link}"
        ? $"<p><a href=\"{Encoded(said)}\">{Encoded(action!)}</a></p>\n"
        : $"<p>{Encoded(said).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>\n";

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text).Replace("&#xA;", "\n", StringComparison.Ordinal);

    private string Value(string name, Language language, IReadOnlyDictionary<string, string> values) => name switch
    {
        "product" => options.Name,
        "link" => new Uri(options.PublicUrl, values[name]).AbsoluteUri,
        "when" => Time(values[name], language),
        "duration" or "lifetime" => Duration(values[name], language),
        "device" => Device(values[name], language),
        "ip" => values[name].Length == 0 ? language.Words["unknown_place"] : values[name],
        "reason" or "factor" or "suspicion" => language.Words[values[name]],
        _ when language.Words.TryGetValue(name, out var word) => Language.Fill(word, inner => Value(inner, language, values)),
        _ => values[name],
    };

    private static string Time(string value, Language language) =>
        DateTimeOffset.ParseExact(value, "O", CultureInfo.InvariantCulture).UtcDateTime.ToString(language.Words["time_format"], language.Culture) + " UTC";

    // In the largest unit that divides it: 900 s are 15 minutes, 3,600 s are 60, 86,400 s are 24 hours, a week is 7 days.
    private static string Duration(string value, Language language)
    {
        if (value.Length == 0)
        {
            return language.Words["until_further_notice"];
        }

        var seconds = long.Parse(value, CultureInfo.InvariantCulture);
        var (count, unit) = seconds % 86_400 == 0 && seconds > 86_400 ? (seconds / 86_400, "day")
            : seconds % 3_600 == 0 && seconds > 3_600 ? (seconds / 3_600, "hour")
            : seconds >= 60 ? ((seconds + 59) / 60, "minute")
            : (seconds, "second");
        return string.Create(language.Culture, $"{count} {language.Words[count == 1 ? unit : unit + "s"]}");
    }

    private static string Device(string value, Language language)
    {
        var parts = value.Split('/');
        return parts is [{ Length: > 0 } browser, { Length: > 0 } system] ? $"{browser} {language.Words["on"]} {system}"
            : parts is [_, _] ? string.Concat(parts)
            : language.Words["unknown_device"];
    }
}
