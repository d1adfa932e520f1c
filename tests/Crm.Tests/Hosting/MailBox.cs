using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Messaging;
using Palisade.Messaging.Internal;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>A mail or SMS as it was delivered.</summary>
/// <remarks><see cref="Kind"/> is the name of its template, such as <c>password_reset</c>; empty for an SMS.</remarks>
public sealed partial record Mail(string To, string Kind, string Subject, string Text, string Html, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The address its only link leads to.</summary>
    public Uri Link => new(Assert.Single(Links));

    /// <summary>The one-time token behind the # of its only link.</summary>
    public string Token => Link.Fragment[1..];

    /// <summary>Every address in the plain text.</summary>
    public IReadOnlyList<string> Links => [.. Address().Matches(Text).Select(match => match.Value)];

    /// <summary>Reads a delivered file.</summary>
    internal static Mail Read(string file)
    {
        var content = File.ReadAllText(file);
        if (file.EndsWith(".txt", StringComparison.Ordinal))
        {
            var lines = content.Split('\n', 3);
            return new Mail(lines[0]["To: ".Length..], "", "", lines[2].TrimEnd('\n'), "", new Dictionary<string, string>());
        }

        return Parse(content);
    }

    /// <summary>Reads a mail as it is on the wire.</summary>
    internal static Mail Parse(string content)
    {
        var (headers, body) = Split(content);
        var boundary = Regex.Match(headers["Content-Type"], "boundary=\"(.+)\"").Groups[1].Value;
        // The line break before a boundary is the boundary's (RFC 2046 section 5.1.1).
        var parts = $"\r\n{body}".Split($"\r\n--{boundary}")[1..^1].Select(part => Split(part["\r\n".Length..])).ToList();
        string Part(string type) => Decode(parts.Single(part => part.Headers["Content-Type"].StartsWith(type, StringComparison.Ordinal)).Body);
        return new Mail(headers["To"].Trim('<', '>'), headers["X-Palisade-Kind"], Words(headers["Subject"]), Part("text/plain"), Part("text/html"), headers);
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string content)
    {
        var end = content.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var unfolded = content[..end].Replace("\r\n ", " ", StringComparison.Ordinal);
        return (unfolded.Split("\r\n").ToDictionary(line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 2)..]), content[(end + 4)..]);
    }

    private static string Words(string header) =>
        string.Concat(EncodedWord().Matches(header).Select(match => Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups[1].Value))));

    private static string Decode(string quotedPrintable)
    {
        var text = quotedPrintable.Replace("=\r\n", "", StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal);
        var bytes = new List<byte>();
        for (var index = 0; index < text.Length; index++)
        {
            bytes.Add(text[index] == '=' ? Convert.ToByte(text.Substring(index + 1, 2), 16) : (byte)text[index]);
            index += text[index] == '=' ? 2 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex(@"https?://[^\s]+", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(@"=\?utf-8\?B\?([^?]*)\?=", RegexOptions.NonBacktracking)]
    private static partial Regex EncodedWord();
}

/// <summary>Everything that instances on one database have delivered into their folders. Asking sends what is due first; nothing has to be waited for.</summary>
public sealed class MailBox(params IReadOnlyList<CrmInstance> instances)
{
    private const string UnderWay = "SELECT count(*) FROM messaging.outbox WHERE state = 'waiting' AND (next_attempt_at <= $1 OR attempts > 0 AND last_problem IS NULL)";

    /// <summary>The mails to this address, the oldest first.</summary>
    public Task<IReadOnlyList<Mail>> ToAsync(string address) => AllAsync("mail", address);

    /// <summary>The mails of one kind to this address, the oldest first.</summary>
    public async Task<IReadOnlyList<Mail>> ToAsync(string address, string kind) => [.. (await ToAsync(address)).Where(mail => mail.Kind == kind)];

    /// <summary>The latest mail of this kind to this address. It MUST be there.</summary>
    public async Task<Mail> LatestAsync(string address, string kind) =>
        await ToAsync(address, kind) is [.., var latest] ? latest : throw new InvalidOperationException($"No mail of kind {kind} went to {address}.");

    /// <summary>The SMS to this number (E.164), the oldest first.</summary>
    public Task<IReadOnlyList<Mail>> SmsAsync(string number) => AllAsync("sms", number);

    /// <summary>Sends what is due, and waits for what the instances are sending themselves.</summary>
    public async Task DeliverAsync()
    {
        await instances[0].SettleAsync();
        var postman = instances[0].Services.GetRequiredService<Postman>();
        do
        {
            foreach (var channel in Enum.GetValues<Channel>())
            {
                while (await postman.DeliverAsync(channel, CancellationToken.None) > 0)
                {
                }
            }
        }
        while (await instances[0].Behind.ReadAsync<long>(UnderWay, instances[0].Clock.GetUtcNow()) > 0);
    }

    private async Task<IReadOnlyList<Mail>> AllAsync(string folder, string to)
    {
        await DeliverAsync();
        return
        [
            .. instances.Select(instance => Path.Combine(instance.Folder, folder)).Where(Directory.Exists)
                .SelectMany(path => Directory.GetFiles(path, folder == "mail" ? "*.eml" : "*.txt"))
                .OrderBy(Path.GetFileName, StringComparer.Ordinal).Select(Mail.Read).Where(mail => mail.To == to),
        ];
    }
}
