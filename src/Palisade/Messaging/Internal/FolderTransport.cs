using System.Globalization;
using System.Text;

namespace Palisade.Messaging.Internal;

/// <summary>Writes messages into a folder that only its owner reads: mails as <c>mail/*.eml</c>, SMS as <c>sms/*.txt</c>.</summary>
internal sealed class FolderTransport(Channel channel, MessagingOptions options) : ITransport
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public Channel Channel => channel;

    public async Task SendAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(options.Folder, channel.ToString().ToLowerInvariant());
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var (content, ending) = channel == Channel.Mail
            ? (MailText.Of(parcel.Id, parcel.CreatedAt, parcel.Kind, new MailAddresses(options.From, options.Name, parcel.To, options.PublicUrl.IdnHost), parcel.Letter), "eml")
            : (Encoding.UTF8.GetBytes($"To: {parcel.To}\n\n{parcel.Letter.Text}\n"), "txt");
        // Named by its id and moved into place: nobody reads half a file, and a second delivery is the same file.
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{parcel.CreatedAt.UtcDateTime:yyyyMMdd'T'HHmmss'.'fff}-{parcel.Id:N}.{ending}"));
        var unfinished = $"{path}.{Guid.CreateVersion7():N}";
        await using (var file = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            await file.WriteAsync(content, cancellationToken);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
