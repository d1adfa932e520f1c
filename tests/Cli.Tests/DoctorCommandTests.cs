using System.Net;
using System.Net.Sockets;

namespace Palisade.Cli.Tests;

public sealed class DoctorCommandTests : IDisposable
{
    private static readonly (string, string) Development = ("PALISADE_ENVIRONMENT", "Development");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-doctor-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_machine_that_can_start_is_healthy_and_nothing_is_changed()
    {
        var ran = await Ran.Async(folder.FullName, ["doctor", "--json"], Development);
        Assert.Equal(0, ran.Exit);
        Assert.True(ran.Json.GetProperty("healthy").GetBoolean());
        Assert.Equal("", Findings(ran, "failed"));
        Assert.Equal("clock data database libsodium mail settings", Findings(ran, "ok"));
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task Every_mistake_is_named_at_once_and_no_value_is_repeated()
    {
        const string secret = "hunter2hunter2hunter2hunter2hunt";
        var ran = await Ran.Async(
            folder.FullName, ["doctor", "--json"],
            ("JWT_SECRET", secret), ("COOKIE_DOMAIN", "example.com"), ("RATE_LIMIT_MULTIPLIER", "11"), ("PUBLIC_URL", "http://crm.example.com"));
        Assert.Equal(1, ran.Exit);
        var details = string.Join('\n', ran.Json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("detail").GetString()));
        Assert.All(
            ["JWT_SECRET", "SESSION_SECRET", "ENCRYPTION_KEY", "SIGNING_KEY", "DATABASE_URL", "COOKIE_DOMAIN", "RATE_LIMIT_MULTIPLIER", "PUBLIC_URL"],
            name => Assert.Contains(name, details, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, ran.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_others_can_read_are_a_failure_and_the_message_says_what_to_run()
    {
        var data = Path.Combine(folder.FullName, "data");
        Directory.CreateDirectory(data);
        await Ran.Async(data, ["secrets", "generate"]);
        File.SetUnixFileMode(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        File.SetUnixFileMode(Path.Combine(data, "secrets.env"), UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var ran = await Ran.Async(folder.FullName, ["doctor"], Development);
        Assert.Equal(1, ran.Exit);
        Assert.Contains("run chmod 700 on it", ran.Output, StringComparison.Ordinal);
        Assert.Contains("run chmod 600 on it", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_nobody_serves_is_a_failure_without_its_password()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var ran = await Ran.Async(
            folder.FullName, ["doctor", "--json"],
            Development, ("DATABASE_URL", $"postgresql://crm:open-sesame@127.0.0.1:{port}/crm"));
        Assert.Equal(1, ran.Exit);
        Assert.Equal("database", Findings(ran, "failed"));
        Assert.DoesNotContain("open-sesame", ran.All, StringComparison.Ordinal);
    }

    private static string Findings(Ran ran, string outcome) => string.Join(' ', ran.Json.GetProperty("findings").EnumerateArray()
        .Where(finding => finding.GetProperty("outcome").GetString() == outcome)
        .Select(finding => finding.GetProperty("check").GetString()).Order(StringComparer.Ordinal));
}
