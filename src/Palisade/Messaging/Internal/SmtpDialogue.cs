using System.Globalization;
using System.Text;

namespace Palisade.Messaging.Internal;

/// <summary>What a mail server answered: one code, and its lines without it.</summary>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines);

/// <summary>What a server said it can do (RFC 5321 section 4.1.1.1).</summary>
internal sealed class SmtpOffers(SmtpReply ehlo)
{
    public bool Has(string keyword) => Find(keyword) is not null;

    public bool HasAuthentication(string mechanism) => Find("AUTH")?.Contains(mechanism, StringComparer.OrdinalIgnoreCase) == true;

    // The first line greets.
    private string[]? Find(string keyword) => ehlo.Lines.Skip(1).Select(line => line.Split(' '))
        .FirstOrDefault(words => words[0].Equals(keyword, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Commands and replies over one stream, read strictly and within bounds.</summary>
internal sealed class SmtpDialogue(Stream stream)
{
    private const int LongestLine = 1_000; // RFC 5321 promises 512; some servers greet at length
    private const int MostLines = 100;

    private readonly byte[] buffer = new byte[4_096];
    private int start;
    private int end;

    /// <summary>The server has said more than what was read.</summary>
    public bool HasUnread => start < end;

    public Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken) => AskAsync(Encoding.UTF8.GetBytes(command), cancellationToken);

    /// <summary>Sends a line, or the lines of a mail, and reads the reply.</summary>
    public async Task<SmtpReply> AskAsync(byte[] command, CancellationToken cancellationToken)
    {
        await stream.WriteAsync((byte[])[.. command, (byte)'\r', (byte)'\n'], cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <summary>One reply: <c>250-first</c>, <c>250-second</c>, <c>250 last</c>, each line with the same code.</summary>
    /// <exception cref="TransportException">It is none.</exception>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        int? code = null;
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || line[0] is < '2' or > '5' || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var read)
                || (code ?? read) != read || line.Length > 3 && line[3] is not (' ' or '-') || lines.Count == MostLines)
            {
                throw NotAReply();
            }

            code = read;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(read, lines);
            }
        }
    }

    /// <summary>Says goodbye; a server that is gone already is gone.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The mail was taken before.
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (true)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, cancellationToken));
                if (end == 0)
                {
                    throw new TransportException("smtp_broken", forGood: false);
                }
            }

            var octet = buffer[start++];
            if (octet == '\n')
            {
                return line is [.., (byte)'\r'] ? Encoding.Latin1.GetString([.. line[..^1]]) : throw NotAReply();
            }

            line.Add(octet);
            if (line.Count > LongestLine)
            {
                throw NotAReply();
            }
        }
    }

    private static TransportException NotAReply() => new("smtp_no_reply", forGood: false);
}
