using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Logging.Internal;
using Palisade.Tests.Configuration;

namespace Palisade.Tests.Logging;

/// <summary>The real log, writing to a folder of its own and to a text instead of the console.</summary>
internal sealed class LogOf : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("palisade-log-");
    private readonly ILoggerFactory factory;

    internal LogOf(string level = "info", DateTimeOffset? now = null, bool development = false, bool terminal = false)
    {
        Folder = Path.Combine(parent.FullName, "logs");
        var environment = ConfigurationOf.Production(
            ("LOG_LEVEL", level), ("LOG_FOLDER", Folder), ("PALISADE_ENVIRONMENT", development ? "Development" : "Production"));
        Clock = new SetClock(now ?? new DateTimeOffset(2026, 1, 31, 8, 15, 30, TimeSpan.Zero));
        Provider = new PalisadeLoggerProvider(ConfigurationOf.Settings(environment), Clock, Console, terminal, TimeSpan.FromMinutes(1));
        factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Provider));
    }

    internal string Folder { get; }

    internal SetClock Clock { get; }

    internal StringWriter Console { get; } = new();

    internal PalisadeLoggerProvider Provider { get; }

    internal ILogger this[string category] => factory.CreateLogger(category);

    /// <summary>What one call writes to the application log, parsed.</summary>
    internal static JsonElement Line(Action<ILogger> write, string category = "Crm.Test")
    {
        using var log = new LogOf("trace");
        write(log[category]);
        return Assert.Single(log.Lines(category.StartsWith("Palisade.Security", StringComparison.Ordinal) ? "security" : "app"));
    }

    /// <summary>Ends the log, so that everything queued is written, and parses each line of one stream.</summary>
    internal IReadOnlyList<JsonElement> Lines(string stem)
    {
        Provider.Dispose();
        return [.. Texts(stem).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    internal IReadOnlyList<string> Texts(string stem) =>
        [.. Files(stem).SelectMany(file => File.ReadAllText(file).Split('\n', StringSplitOptions.RemoveEmptyEntries))];

    internal IReadOnlyList<string> Files(string stem) => Directory.Exists(Folder)
        ? [.. Directory.GetFiles(Folder, $"{stem}-2*.log").Order(StringComparer.Ordinal)]
        : [];

    public void Dispose()
    {
        factory.Dispose();
        Provider.Dispose();
        parent.Delete(recursive: true);
    }

    internal sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
