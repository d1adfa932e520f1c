using System.Diagnostics;
using Palisade.Crypto.Passwords;

namespace Palisade.Bench;

/// <summary>Sign-in, and refresh driven in process: there the client's cost is in both figures.</summary>
internal static class SignIns
{
    private const int Seconds = 6;

    /// <summary>CPU that the server's process spends on one sign-in of a known device, against the CPU of its Argon2id. The client is a process of its own.</summary>
    internal static async Task<Measured> CostAsync(BenchInstance instance)
    {
        PasswordAttempt.TryCreate(BenchInstance.Password, out var attempt);
        var hashing = new PasswordHashing(Pepper.Create(Guid.CreateVersion7()), [], Argon2idCost.Recommended);
        var stored = hashing.Hash(attempt!);
        var device = (await instance.PostAsync("/auth/login", new { email = "vera@example.com", password = BenchInstance.Password, client = "native" })).GetProperty("deviceToken").GetString()!;
        var (ours, peer) = await Measured.InTurnAsync(3, () => CpuOfSignInAsync(instance, device), () => CpuAsync(60, () => Task.FromResult(hashing.Verify(stored, attempt!))));
        return new Measured(ours, peer, "us CPU", ours / peer, "<= 1.05", "its Argon2id alone (19 MiB, 2 passes)");
    }

    private static async Task<double> CpuOfSignInAsync(BenchInstance instance, string device)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            script,
            $$"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["X-Device-Token"] = "{{device}}"
            wrk.body = '{"email":"vera@example.com","password":"{{BenchInstance.Password}}","client":"native"}'
            """);
        var before = Environment.CpuUsage.TotalTime;
        var requests = await Reads.WrkAsync(["-t1", "-c1", $"-d{Seconds}s", "-s", script, new Uri(instance.Product, "/auth/login").ToString()], Reads.Requests());
        File.Delete(script);
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / requests;
    }

    /// <summary>Refreshes with rotation, audit event and durable commit, against as many empty durable commits.</summary>
    internal static async Task<Measured> RefreshAsync(BenchInstance instance)
    {
        const int count = 600;
        const int parallel = 16;
        var tokens = new string[parallel];
        for (var index = 0; index < parallel; index++)
        {
            tokens[index] = (await instance.PostAsync("/auth/login", new { email = "vera@example.com", password = BenchInstance.Password, client = "native" })).GetProperty("refreshToken").GetString()!;
        }

        var (ours, peer) = await Measured.InTurnAsync(
            3,
            () => RateAsync(count, parallel, async worker =>
                tokens[worker] = (await instance.PostAsync("/auth/refresh", new { refreshToken = tokens[worker] })).GetProperty("refreshToken").GetString()!),
            () => RateAsync(count, parallel, async _ =>
            {
                await using var command = instance.Database.CreateCommand("UPDATE sessions.sessions SET last_seen_at = last_seen_at WHERE id = (SELECT id FROM sessions.sessions ORDER BY random() LIMIT 1)");
                await command.ExecuteNonQueryAsync();
            }));
        return new Measured(ours, peer, "per second", ours / peer, ">=1,000/s", "one durable UPDATE of a session, no HTTP");
    }

    private static async Task<double> CpuAsync(int count, Func<Task> act)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var index = 0; index < count; index++)
        {
            await act();
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
    }

    internal static async Task<double> RateAsync(int count, int parallel, Func<int, Task> act)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, parallel), new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (worker, _) =>
        {
            for (var index = 0; index < count / parallel; index++)
            {
                await act(worker);
            }
        });
        return count / watch.Elapsed.TotalSeconds;
    }
}
