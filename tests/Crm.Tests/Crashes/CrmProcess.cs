using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Crashes;

/// <summary>The built program in a process of its own, on a data folder that outlives it, with an administrator.</summary>
public sealed class CrmProcess : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("palisade-crash-").FullName;
    private readonly int port = CrmProgram.FreePort();
    private CrmProgram? program;

    /// <summary>More of its environment.</summary>
    internal IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>Where it answers.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}"));

    /// <summary>The administrator, signed in with an access token.</summary>
    public ApiClient Admin { get; private set; } = null!;

    /// <summary>The superuser's view of its database.</summary>
    public NpgsqlDataSource Behind { get; private set; } = null!;

    /// <summary>Its data folder.</summary>
    public string Folder => folder;

    /// <summary>The program's process id.</summary>
    public int ProgramId => program!.Id;

    /// <summary>The process id of its PostgreSQL.</summary>
    public int ServerId => int.Parse(File.ReadLines(ServerFile).First(), CultureInfo.InvariantCulture);

    private string ServerFile => Path.Combine(folder, "postgres", "postmaster.pid");

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        var sockets = Path.Combine(folder, "postgres.socket");
        Behind = NpgsqlDataSource.Create($"Host={sockets};Username=postgres;Database=palisade;Timeout=30;Pooling=false");
        Admin = NewClient();
        await Admin.SetUpNowAsync(folder);
    }

    /// <summary>A client of its own connection.</summary>
    public ApiClient NewClient() => new(Address, new TestClock(), "");

    /// <summary>Invites somebody, who chooses a password; answers their id.</summary>
    public Task<Guid> HireAsync(string email, string role) => Admin.HireAsync(email, role);

    /// <summary>Starts the program and waits until it says that it is ready.</summary>
    public async Task StartAsync()
    {
        // What a crash leaves pending counts for the network too, and everybody here is on one.
        program = CrmProgram.Start(folder, port, asUser: null, [("LOG_LEVEL", "warn"), ("RATE_LIMIT_MULTIPLIER", "1000"), .. Settings]);
        await program.ReadyAsync(CancellationToken.None);
    }

    /// <summary>kill -9, and nothing else.</summary>
    public async Task KillAsync()
    {
        program!.Signal("-KILL");
        await program.EndedAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM; answers the exit status.</summary>
    public Task<int> StopAsync()
    {
        program!.Signal("-TERM");
        return program.EndedAsync(CancellationToken.None);
    }

    /// <summary>kill -9 to the server's main process.</summary>
    public void KillServer() => CrmProgram.Signal("-KILL", ServerId);

    /// <summary>Waits until another server than this one has started.</summary>
    public async Task ReplacedAsync(int server)
    {
        var since = Stopwatch.StartNew();
        while (ServersLeft().Contains(server) || !File.Exists(ServerFile))
        {
            Assert.True(since.Elapsed < Patience, "PostgreSQL was not started again.");
            await Task.Delay(10);
        }
    }

    /// <summary>Processes that still stand in the server's folder.</summary>
    public IReadOnlyList<int> ServersLeft() =>
    [
        .. Directory.GetDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && new FileInfo($"/proc/{id}/cwd") is { LinkTarget: { } target } && target == Path.Combine(folder, "postgres")),
    ];

    public async ValueTask DisposeAsync()
    {
        if (program is { HasEnded: false })
        {
            await StopAsync();
        }

        Admin?.Dispose();
        if (Behind is not null)
        {
            await Behind.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }
}
