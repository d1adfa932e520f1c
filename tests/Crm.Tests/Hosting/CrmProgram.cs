using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>The CRM as <c>./run</c> starts it: a process of its own, on a data folder.</summary>
internal sealed class CrmProgram : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = [];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient http;

    private CrmProgram(Process process, int port)
    {
        this.process = process;
        http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Issuer == "CN=Palisade development CA" },
        })
        {
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}")),
        };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything it said, on both streams.</summary>
    internal string Said => string.Join('\n', lines);

    internal int Id => process.Id;

    internal bool HasEnded => process.HasExited;

    /// <summary>Starts it. Settings stand in for the environment; nothing else of ours is in it.</summary>
    internal static CrmProgram Start(string folder, params (string Name, string Value)[] settings) => Start(folder, FreePort(), null, settings);

    internal static CrmProgram Start(string folder, int port, string? asUser, params (string Name, string Value)[] settings)
    {
        string[] program =
        [
            "dotnet", Path.Combine(asUser is null ? AppContext.BaseDirectory : WithinReach(folder), "Palisade.Crm.dll"),
            "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder,
        ];
        string[] command = asUser is null ? program : ["setpriv", $"--reuid={asUser}", "--regid=nogroup", "--clear-groups", "--", .. program];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["PALISADE_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new CrmProgram(Process.Start(start)!, port);
    }

    /// <summary>A copy of the program beside the data folder: the repository may stand where other users cannot go.</summary>
    private static string WithinReach(string dataFolder)
    {
        var copy = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(dataFolder)!, "program"));
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)), overwrite: true);
        }

        return copy.FullName;
    }

    /// <summary>Waits until it says that it answers.</summary>
    internal Task ReadyAsync(CancellationToken cancellationToken) => ready.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);

    /// <summary>The exit status, once it has ended.</summary>
    internal async Task<int> EndedAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return process.ExitCode;
    }

    internal void Signal(string signal) => Signal(signal, process.Id);

    internal static void Signal(string signal, int process)
    {
        using var kill = Process.Start("kill", [signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    internal async Task<HttpStatusCode> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return answer.StatusCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        http.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            if (process.HasExited)
            {
                ready.TrySetException(new InvalidOperationException($"It ended instead: {Said}"));
            }

            return;
        }

        lines.Enqueue(line);
        if (line.StartsWith("Palisade is ready on ", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
