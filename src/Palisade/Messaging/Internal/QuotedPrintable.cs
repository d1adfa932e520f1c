using System.Text;

namespace Palisade.Messaging.Internal;

/// <summary>RFC 2045 section 6.7: text as ASCII lines of at most 76 characters, ended by CRLF.</summary>
internal static class QuotedPrintable
{
    private const int Longest = 75; // and the = of a soft line break

    public static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var length = 0;
            var octets = Encoding.UTF8.GetBytes(line);
            for (var index = 0; index < octets.Length; index++)
            {
                var octet = octets[index];
                // A space at the end of a line is dropped on the way; a line that begins with a dot or From is changed by some.
                var literal = octet is >= (byte)'!' and <= (byte)'~' and not (byte)'=' && !(octet == (byte)'.' && length == 0)
                    || octet == (byte)' ' && index < octets.Length - 1;
                var width = literal ? 1 : 3;
                if (length + width > Longest)
                {
                    encoded.Append("=\r\n");
                    length = 0;
                    literal = literal && octet != (byte)'.';
                    width = literal ? 1 : 3;
                }

                _ = literal ? encoded.Append((char)octet) : encoded.Append('=').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
                length += width;
            }

            encoded.Append("\r\n");
        }

        // What Split saw after the last line feed is no line.
        return encoded.ToString(0, encoded.Length - 2);
    }
}
