using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>A real Redis of a test's own, on a free port, that can be stopped, frozen, emptied and made a replica. It keeps nothing on disk.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("palisade-redis-").FullName;
    private readonly string[] settings;
    private Process? server;

    private TestRedis(string[] settings) => this.settings = settings;

    /// <summary>Where it listens.</summary>
    public int Port { get; } = FreePort();

    /// <summary>As <c>REDIS_URL</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://:{Password}@127.0.0.1:{Port}");

    private static string Password => "a-password-of-a-test";

    /// <summary>Starts one; each setting as on <c>redis-server</c>'s command line, such as <c>--maxmemory 2mb</c>.</summary>
    public static async Task<TestRedis> StartAsync(params string[] settings)
    {
        var redis = new TestRedis(settings);
        await redis.StartAsync();
        return redis;
    }

    /// <summary>Starts it, or starts it again: empty.</summary>
    public async Task StartAsync()
    {
        server = Process.Start(new ProcessStartInfo(
            "/usr/bin/redis-server",
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
                "--requirepass", Password, "--masterauth", Password, "--repl-diskless-sync-delay", "0",
                .. settings.SelectMany(setting => setting.Split(' ', 2)),
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        for (var attempt = 0; await TryAskAsync("PING") != "+PONG"; attempt++)
        {
            Assert.True(attempt < 200 && !server.HasExited, "redis-server did not start");
            await Task.Delay(25);
        }
    }

    /// <summary>Kills it.</summary>
    public async Task StopAsync()
    {
        server!.Kill();
        await server.WaitForExitAsync();
    }

    /// <summary>It neither answers nor closes its connections.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>It goes on.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>One command in words; the first line of the answer, or the whole bulk string.</summary>
    public async Task<string> AskAsync(params string[] words)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await SendAsync(stream, "AUTH", Password);
        await SendAsync(stream, words);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await reader.ReadLineAsync();
        var first = (await reader.ReadLineAsync())!;
        if (first[0] != '$' || first == "$-1")
        {
            return first;
        }

        var bulk = new char[int.Parse(first.AsSpan(1), CultureInfo.InvariantCulture)];
        await reader.ReadBlockAsync(bulk);
        return new string(bulk);
    }

    /// <summary>A figure of <c>INFO</c>.</summary>
    public async Task<string> InfoAsync(string name) =>
        (await AskAsync("INFO", "everything")).Split('\n').First(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    public async ValueTask DisposeAsync()
    {
        if (server is { HasExited: false })
        {
            await StopAsync();
        }

        server?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<string?> TryAskAsync(params string[] words)
    {
        try
        {
            return await AskAsync(words);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, server!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static async Task SendAsync(NetworkStream stream, params string[] words)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
