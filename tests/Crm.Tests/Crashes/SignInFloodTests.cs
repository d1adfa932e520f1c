using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Crashes;

/// <summary>More sign-ins than can be hashed, in a process that has one GiB.</summary>
public sealed class SignInFloodTests
{
    private const long Gibibyte = 1L << 30;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_thousand_sign_ins_at_once_no_more_are_hashed_than_there_are_permits_and_the_rest_is_told_to_come_back()
    {
        // What the runtime takes for its heap in a container of 1 GiB is three quarters of it.
        await using var crm = new CrmProcess
        {
            Settings = [("ARGON2_MEMORY_MIB", "64"), ("DOTNET_GCHeapHardLimit", (Gibibyte * 3 / 4).ToString("X", CultureInfo.InvariantCulture))],
        };
        await crm.InitializeAsync();
        using var watcher = crm.NewClient();
        var (permits, before) = (await MetricAsync(watcher, "palisade_password_hash_permits"), await MetricAsync(watcher, "palisade_password_hashes_total"));
        foreach (var characters in (int[])[10_000, 1 << 20])
        {
            Assert.InRange((int)(await watcher.LoginAsync("big@example.com", new string('x', characters))).Status, 400, 413);
        }

        Assert.Equal(before, await MetricAsync(watcher, "palisade_password_hashes_total"));

        using var crowd = new HttpClient(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Issuer == "CN=Palisade development CA" },
        })
        {
            BaseAddress = crm.Address,
            DefaultRequestVersion = HttpVersion.Version20,
        };
        var random = new Random(20_261_121);
        var flood = Task.WhenAll(Enumerable.Range(0, 2_000).Select(number => TryAsync(crowd, number, number % 2 == 0 ? null : TimeSpan.FromMilliseconds(random.Next(1_000)))));
        var most = 0L;
        while (!flood.IsCompleted)
        {
            most = Math.Max(most, await MetricAsync(watcher, "palisade_password_hashes_running"));
        }

        var stayed = (await flood).OfType<(HttpStatusCode Status, TimeSpan? ComeBack)>().ToList();
        Assert.InRange(most, 1, permits);
        Assert.InRange(stayed.Count, 1_000, 2_000);
        Assert.Equal(0, await MetricAsync(watcher, "palisade_password_hashes_running"));
        Assert.All(stayed, answer => Assert.True(answer is (HttpStatusCode.Unauthorized, null) or (HttpStatusCode.ServiceUnavailable, not null), $"{answer}"));
        Assert.Contains(stayed, answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        Assert.InRange(await MetricAsync(watcher, "palisade_sign_ins_shed_total"), 1, 2_000);
        var peak = File.ReadLines($"/proc/{crm.ProgramId}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Assert.InRange(long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024, 0, Gibibyte * 8 / 10);
        Assert.Equal(HttpStatusCode.OK, (await crm.Admin.GetAsync("/account")).Status); // the same process, and well
    }

    /// <summary>What it was answered and when to come back, or nothing for who hung up.</summary>
    private static async Task<(HttpStatusCode Status, TimeSpan? ComeBack)?> TryAsync(HttpClient crowd, int number, TimeSpan? patience)
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        if (patience is { } most)
        {
            hangUp.CancelAfter(most);
        }

        try
        {
            var body = new { email = $"nobody{number}@example.com", password = ApiClient.Password, client = "native" };
            using var answer = await crowd.PostAsync(new Uri("/auth/login", UriKind.Relative), JsonContent.Create(body), hangUp.Token);
            return (answer.StatusCode, answer.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException) when (patience is not null)
        {
            return null;
        }
    }

    private static async Task<long> MetricAsync(ApiClient watcher, string name)
    {
        var line = (await watcher.GetAsync("/metrics")).Text.Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal));
        return line is null ? 0 : (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }
}
