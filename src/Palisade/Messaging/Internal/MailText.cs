using System.Buffers;
using System.Globalization;
using System.Text;
using Palisade.Validation.Internal;

namespace Palisade.Messaging.Internal;

/// <summary>A mail as bytes on the wire: RFC 5322 headers, two alternative parts in quoted-printable, CRLF.</summary>
/// <remarks>A header is built from checked addresses and from encoded words; no value can begin another header.</remarks>
internal static class MailText
{
    private const int EncodedWordOctets = 45; // 60 characters of base64 and the frame stay below 76 (RFC 2047 section 2)

    private static readonly SearchValues<char> NeverInAddresses = SearchValues.Create("<>\"\\,;: ");

    /// <summary>The whole mail.</summary>
    /// <exception cref="FormatException">An address holds what no address holds.</exception>
    public static byte[] Of(Guid id, DateTimeOffset createdAt, string kind, MailAddresses addresses, Letter letter)
    {
        var boundary = $"=_{id:N}";
        var mail = new StringBuilder();
        void Header(string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");

        Header("Date", createdAt.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header("From", $"{Word(addresses.FromName)} <{Checked(addresses.From)}>");
        Header("To", $"<{Checked(addresses.To)}>");
        Header("Subject", Word(letter.Subject));
        // The same at every attempt: who gets a mail twice after a crash of ours can tell.
        Header("Message-ID", $"<{id:N}@{addresses.Host}>");
        Header("Auto-Submitted", "auto-generated");
        Header("X-Palisade-Kind", kind);
        Header("MIME-Version", "1.0");
        Header("Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        Part(mail, boundary, "text/plain", letter.Text);
        Part(mail, boundary, "text/html", letter.Html);
        mail.Append("\r\n--").Append(boundary).Append("--\r\n");
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    /// <summary>The address with its domain in A-labels; the part before the @ as it is (RFC 6531 needs SMTPUTF8 only for that one).</summary>
    public static string WithAsciiDomain(string address)
    {
        var at = address.LastIndexOf('@');
        return at > 0 && MailDomain.TryFold(address[(at + 1)..], out var domain) ? $"{address[..at]}@{domain}" : address;
    }

    /// <summary>Nothing that ends a header or an SMTP path early.</summary>
    private static string Checked(string address) => !address.AsSpan().ContainsAny(NeverInAddresses) && !address.Any(char.IsControl)
        ? address
        : throw new FormatException("Not an address one can write to.");

    private static void Part(StringBuilder mail, string boundary, string type, string text) => mail
        .Append("\r\n--").Append(boundary).Append("\r\nContent-Type: ").Append(type)
        .Append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
        .Append(QuotedPrintable.Encode(text));

    /// <summary>RFC 2047 encoded words; always, so that there is one way.</summary>
    private static string Word(string text)
    {
        var words = new StringBuilder();
        var chunk = new StringBuilder();
        var octets = 0;
        void End() => words.Append(words.Length > 0 ? "\r\n " : "").Append("=?utf-8?B?").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(chunk.ToString()))).Append("?=");
        foreach (var rune in text.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > EncodedWordOctets)
            {
                End();
                (chunk, octets) = (new StringBuilder(), 0);
            }

            chunk.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        End();
        return words.ToString();
    }
}

/// <summary>Who writes to whom. <paramref name="Host"/> is the right side of the Message-ID.</summary>
internal sealed record MailAddresses(string From, string FromName, string To, string Host);
