using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Palisade.Logging.Internal;

// logs/security-2026-01-31.log, then security-2026-01-31.1.log, .2.log … when a file is full.
//
// Serilog's own file sink is not used for three things that matter here: after a failure to open a file it stays silent
// until the next day; it dates files by the local clock, which cannot be tested; and a line cut short by a full disk spoils
// the next one too. Here every line tries anew, days are UTC, and a line is in the file whole or not at all.
internal sealed class RollingFile(
    string folder, string stem, long mostBytes, int keepDays, ITextFormatter formatter, TimeProvider clock, LogCounters counters)
    : ILogEventSink, IDisposable
{
    private const string DateForm = "yyyy-MM-dd";
    private const int FilesPerWriter = 1000;
    private const int MostWriters = 16;

    private readonly Lock writing = new();
    private FileStream? claim;
    private FileStream? file;
    private int firstNumber;
    private DateOnly day;
    private bool disposed;

    public void Emit(LogEvent logEvent)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        formatter.Format(logEvent, text);
        var line = Encoding.UTF8.GetBytes(text.ToString());
        lock (writing)
        {
            try
            {
                if (!disposed)
                {
                    Append(line);
                    return;
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Counted below; the next line tries anew.
            }

            counters.Failed(stem);
        }
    }

    public void Dispose()
    {
        lock (writing)
        {
            disposed = true;
            Close();
            claim?.Dispose();
        }
    }

    private void Append(byte[] line)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (file is null || day != today || file.Position >= mostBytes)
        {
            Close();
            file = Open(today);
            day = today;
            DeleteExpired(today);
        }

        var before = file.Position;
        try
        {
            file.Write(line);
        }
        catch (IOException)
        {
            Undo(before);
            throw;
        }
    }

    private void Undo(long length)
    {
        try
        {
            file!.SetLength(length);
        }
        catch (IOException)
        {
            // The next opening ends the broken line before it writes one of its own.
            Close();
        }
    }

    private FileStream Open(DateOnly today)
    {
        CreateFolder();
        claim ??= Claim();
        for (var number = firstNumber; ; number++)
        {
            var opened = new FileStream(PathOf(today, number), Options(FileAccess.ReadWrite, FileShare.Read));
            opened.Seek(0, SeekOrigin.End);
            if (opened.Length < mostBytes || number == firstNumber + FilesPerWriter - 1)
            {
                return EndBrokenLine(opened);
            }

            opened.Dispose();
        }
    }

    // Two processes in one file would write over each other's lines. The second takes numbers from 1000 on. A file of its own is
    // locked for that: a lock on the log itself would shut out its readers.
    private FileStream Claim()
    {
        for (var writer = 0; ; writer++)
        {
            try
            {
                var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $".{stem}.{writer}.lock"));
                var claimed = new FileStream(path, Options(FileAccess.Write, FileShare.None));
                firstNumber = writer * FilesPerWriter;
                return claimed;
            }
            catch (IOException) when (writer < MostWriters)
            {
                // Taken; the next may be free.
            }
        }
    }

    private static FileStream EndBrokenLine(FileStream opened)
    {
        if (opened.Length > 0)
        {
            opened.Seek(-1, SeekOrigin.End);
            if (opened.ReadByte() != '\n')
            {
                opened.WriteByte((byte)'\n');
            }
        }

        return opened;
    }

    private void DeleteExpired(DateOnly today)
    {
        // By the date in the name: copies and restores change the file's own times.
        var expired = Directory.GetFiles(folder, $"{stem}-*.log")
            .Where(path => DayOf(Path.GetFileName(path)) is { } written && today.DayNumber - written.DayNumber > keepDays);
        foreach (var path in expired)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Kept too long is better than a line lost; tomorrow's first line tries again.
                counters.Failed(stem);
            }
        }
    }

    // Null for what only resembles our names, such as security-critical-2026-01-31.log beside security-2026-01-31.log.
    private DateOnly? DayOf(string name)
    {
        var rest = name.AsSpan(stem.Length + 1);
        return rest.Length > DateForm.Length && rest[DateForm.Length] == '.'
            && DateOnly.TryParseExact(
                rest[..DateForm.Length], DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var written)
            ? written
            : null;
    }

    private string PathOf(DateOnly date, int number)
    {
        var dated = $"{stem}-{date.ToString(DateForm, CultureInfo.InvariantCulture)}";
        var name = number == 0 ? $"{dated}.log" : string.Create(CultureInfo.InvariantCulture, $"{dated}.{number}.log");
        return Path.Combine(folder, name);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStreamOptions Options(FileAccess access, FileShare share)
    {
        // No buffer of our own: a line is with the operating system when Emit returns, and survives our end.
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private void Close()
    {
        file?.Dispose();
        file = null;
    }
}
