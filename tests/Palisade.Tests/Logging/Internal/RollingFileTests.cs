using Palisade.Logging.Internal;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Palisade.Tests.Logging.Internal;

public sealed class RollingFileTests : IDisposable
{
    private const string Today = "app-2026-01-31.log";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-roll-");
    private readonly LogCounters counters = new();
    private readonly LogOf.SetClock clock = new(new DateTimeOffset(2026, 1, 31, 23, 59, 59, TimeSpan.Zero));

    public void Dispose()
    {
        counters.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact, Requirement("R286")]
    public void A_full_file_is_followed_by_a_numbered_one_and_midnight_by_a_dated_one()
    {
        using var file = Create(mostBytes: 10);
        Write(file, "0123456789", "2nd", "3rd");
        clock.Now = clock.Now.AddSeconds(1);
        Write(file, "tomorrow");

        Assert.Equal(["app-2026-01-31.1.log", Today, "app-2026-02-01.log"], Logs());
        Assert.Equal("0123456789\n", Read(Today));
        Assert.Equal("2nd\n3rd\n", Read("app-2026-01-31.1.log"));
        Assert.Equal("tomorrow\n", Read("app-2026-02-01.log"));
    }

    [Fact]
    public void A_restart_continues_the_file_of_the_day_and_ends_a_line_that_a_crash_cut()
    {
        File.WriteAllText(PathOf(Today), "whole\ncut off");
        using var file = Create();
        Write(file, "next");

        Assert.Equal("whole\ncut off\nnext\n", Read(Today));
    }

    [Fact]
    public void Two_writers_on_one_folder_use_two_files()
    {
        using var one = Create();
        using var two = Create();
        Write(one, "one");
        Write(two, "two");

        Assert.Equal("one\n", Read(Today));
        Assert.Equal("two\n", Read("app-2026-01-31.1000.log"));
    }

    [Fact]
    public void A_full_disk_loses_lines_but_neither_the_process_nor_the_lines_after_it()
    {
        // Every write to this device fails as on a full disk.
        File.CreateSymbolicLink(PathOf(Today), "/dev/full");
        using var file = Create();
        Write(file, "lost", "lost too");
        Assert.Equal(2, counters.FailedLines);

        File.Delete(PathOf(Today));
        Write(file, "space again");

        Assert.Equal("space again\n", Read(Today));
        Assert.Equal(2, counters.FailedLines);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_tried_again_with_every_line()
    {
        var logs = PathOf("logs");
        File.WriteAllText(logs, "in the way");
        using var file = Create(logs);
        Write(file, "lost");
        Assert.Equal(1, counters.FailedLines);

        File.Delete(logs);
        Write(file, "found");

        Assert.Equal("found\n", File.ReadAllText(Path.Combine(logs, Today)));
    }

    [Fact]
    public void Only_files_of_exactly_this_stream_expire()
    {
        string[] kept = ["app-critical-2020-01-01.log", "app-notes.log", "app-2020-01-01.log.gz", "app-2026-01-30.log"];
        string[] expired = ["app-2020-01-01.log", "app-2020-01-01.7.log", "app-2026-01-29.log"];
        foreach (var name in kept.Concat(expired))
        {
            File.WriteAllText(PathOf(name), "old\n");
        }

        using var file = Create(keepDays: 1);
        Write(file, "x");

        Assert.Equal(kept.Append(Today).Order(StringComparer.Ordinal), Logs());
    }

    [Fact]
    public void Parallel_writers_never_mix_their_lines()
    {
        using (var file = Create())
        {
            Parallel.For(0, 500, i => Write(file, new string((char)('a' + (i % 26)), 200)));
        }

        var lines = File.ReadAllLines(PathOf(Today));
        Assert.Equal(500, lines.Length);
        Assert.All(lines, line => Assert.Equal(new string(line[0], 200), line));
    }

    private RollingFile Create(string? into = null, long mostBytes = 1024 * 1024, int keepDays = 90) =>
        new(into ?? folder.FullName, "app", mostBytes, keepDays, new MessageOnly(), clock, counters);

    private static void Write(RollingFile file, params string[] messages)
    {
        foreach (var message in messages)
        {
            file.Emit(
                new LogEvent(
                    DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, new MessageTemplateParser().Parse(message), []));
        }
    }

    private IEnumerable<string> Logs() =>
        folder.GetFiles("app*").Select(entry => entry.Name).Order(StringComparer.Ordinal);

    private string Read(string name) => File.ReadAllText(PathOf(name));

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private sealed class MessageOnly : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output) => output.Write($"{logEvent.MessageTemplate.Text}\n");
    }
}
