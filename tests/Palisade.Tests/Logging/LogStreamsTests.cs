using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Logging;
using Palisade.Tests.Configuration;

namespace Palisade.Tests.Logging;

[SupportedOSPlatform("linux")]
public class LogStreamsTests
{
    [Fact, Requirement("R288", "R287")]
    public void Each_stream_has_its_own_lines()
    {
        using var log = new LogOf();
        log["Crm.Estates"].LogError("app");
        log["Palisade.Security"].LogInformation("security");
        log["Palisade.Security.SignIn"].LogError("critical");
        log["Palisade.SecurityTheatre"].LogInformation("app");
        log["Palisade.Audit"].LogInformation("audit");
        log["Palisade.Audit.Sequencer"].LogInformation("app");

        Assert.Equal(["app", "app", "app"], Messages(log, "app"));
        Assert.Equal(["security", "critical"], Messages(log, "security"));
        Assert.Equal(["critical"], Messages(log, "security-critical"));
        Assert.Equal(["audit"], Messages(log, "audit"));
    }

    [Fact, Requirement("R290")]
    public void Security_and_audit_lines_ignore_the_general_level()
    {
        using var log = new LogOf(level: "error");
        log["Crm.Estates"].LogWarning("hidden");
        log["Palisade.Security"].LogInformation("sign-in failed");
        log["Palisade.Audit"].LogInformation("estate changed");

        Assert.Empty(log.Lines("app"));
        Assert.Equal(["sign-in failed"], Messages(log, "security"));
        Assert.Equal(["estate changed"], Messages(log, "audit"));
    }

    [Fact, Requirement("R290")]
    public void A_filter_of_the_host_cannot_silence_the_security_log()
    {
        var folder = Directory.CreateTempSubdirectory("palisade-log-");
        var settings = ConfigurationOf.Settings(
            ConfigurationOf.Production(("LOG_LEVEL", "error"), ("LOG_FOLDER", folder.FullName)));
        var services = new ServiceCollection();
        services.AddLogging(
            logging => logging.SetMinimumLevel(LogLevel.None).AddFilter("Palisade", LogLevel.None).AddFilter((_, _) => false));
        services.AddPalisadeLogging(settings);
        using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategories.Security).LogInformation("heard");
        }

        Assert.Contains("heard", File.ReadAllText(Assert.Single(Directory.GetFiles(folder.FullName, "security-2*.log"))));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void The_framework_is_quiet_at_info()
    {
        using var log = new LogOf();
        log["Microsoft.AspNetCore.Routing"].LogInformation("noise");
        log["Microsoft.AspNetCore.Routing"].LogWarning("news");

        Assert.Equal(["news"], Messages(log, "app"));
    }

    [Fact]
    public void A_security_line_is_in_its_file_when_the_call_returns()
    {
        using var log = new LogOf();
        log["Palisade.Security"].LogInformation("now");

        Assert.Single(log.Texts("security"));
    }

    [Fact]
    public void Log_files_are_private()
    {
        using var log = new LogOf();
        log["Palisade.Security"].LogInformation("x");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(log.Files("security"))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(log.Folder));
    }

    [Fact, Requirement("R286", "R287", "R288")]
    public void Files_are_dated_and_disappear_after_their_time_and_not_before()
    {
        var start = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        using var log = new LogOf(now: start);
        WriteOn(log, start);
        Assert.Equal("security-2026-01-01.log", Path.GetFileName(Assert.Single(log.Files("security"))));

        for (var day = 1; day <= 30; day++)
        {
            WriteOn(log, start.AddDays(day));
        }

        Assert.Equal(31, log.Files("audit").Count);
        AssertFirstDay(log, start.AddDays(90), security: true, critical: true, audit: true);
        AssertFirstDay(log, start.AddDays(91), security: false, critical: true, audit: true);
        AssertFirstDay(log, start.AddDays(365), security: false, critical: true, audit: true);
        AssertFirstDay(log, start.AddDays(366), security: false, critical: false, audit: true);
        AssertFirstDay(log, start.AddDays(2557), security: false, critical: false, audit: true);
        AssertFirstDay(log, start.AddDays(2558), security: false, critical: false, audit: false);
    }

    private static void AssertFirstDay(LogOf log, DateTimeOffset now, bool security, bool critical, bool audit)
    {
        WriteOn(log, now);
        Assert.Equal((security, critical, audit), (Exists("security"), Exists("security-critical"), Exists("audit")));

        bool Exists(string stem) => File.Exists(Path.Combine(log.Folder, $"{stem}-2026-01-01.log"));
    }

    private static void WriteOn(LogOf log, DateTimeOffset now)
    {
        log.Clock.Now = now;
        log["Palisade.Security"].LogError("{Day}", now.ToString("O", CultureInfo.InvariantCulture));
        log["Palisade.Audit"].LogInformation("{Day}", now.ToString("O", CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string?> Messages(LogOf log, string stem) =>
        log.Lines(stem).Select(line => line.GetProperty("message").GetString());
}
