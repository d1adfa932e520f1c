using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Bench;

/// <summary>Protected reads under load from a process of its own (wrk), 32 connections over TLS.</summary>
internal static partial class Reads
{
    private const int Rounds = 3;
    private const int Seconds = 4;

    internal static async Task<Measured> AccountAsync(BenchInstance instance)
    {
        var (ours, peer) = await CompareAsync(instance, "/account");
        return new Measured(ours, peer, "requests/s", ours / peer, ">= 0.60", "bare Kestrel, the same JSON from memory");
    }

    internal static async Task<Measured> EstateAsync(BenchInstance instance)
    {
        var (ours, peer) = await CompareAsync(instance, $"/api/estates/{instance.EstateId:D}");
        return new Measured(ours, peer, "requests/s", ours / peer, ">= 0.80", "bare Kestrel and Npgsql, the same row");
    }

    /// <summary>What knowing the caller costs: the same answer from a protected endpoint and from an open one, through the whole chain.</summary>
    internal static async Task<Measured> HotPathAsync(BenchInstance instance)
    {
        var (ours, peer) = await Measured.InTurnAsync(
            Rounds,
            () => LoadAsync(new Uri(instance.Product, BenchInstance.Protected), instance.Proof),
            () => LoadAsync(new Uri(instance.Product, BenchInstance.Open), proof: null));
        return new Measured(ours, peer, "requests/s", ours / peer, ">= 0.85", "the same read, open to anyone");
    }

    private static Task<(double Ours, double Peer)> CompareAsync(BenchInstance instance, string path) => Measured.InTurnAsync(
        Rounds,
        () => LoadAsync(new Uri(instance.Product, path), instance.Proof),
        () => LoadAsync(new Uri(instance.Bare, path), instance.Proof));

    private static Task<double> LoadAsync(Uri address, IReadOnlyDictionary<string, string>? proof)
    {
        var headers = (proof ?? new Dictionary<string, string>()).SelectMany(header => (string[])["-H", $"{header.Key}: {header.Value}"]);
        return WrkAsync(["-t1", "-c32", $"-d{Seconds}s", .. headers, address.ToString()], Rate());
    }

    /// <summary>Runs wrk and takes one figure from what it says.</summary>
    internal static async Task<double> WrkAsync(IEnumerable<string> arguments, Regex figure)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output.Contains("Non-2xx", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"Not every answer was a success: {output}")
            : double.Parse(figure.Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"([0-9]+) requests in", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    internal static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}
