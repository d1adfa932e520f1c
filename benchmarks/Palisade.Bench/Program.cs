using System.Text.Json;
using Palisade.Bench;

var benchmarks = new Dictionary<string, Func<BenchInstance, Task<Measured>>>
{
    ["account-read"] = Reads.AccountAsync,
    ["hot-path"] = Reads.HotPathAsync,
    ["estate-read"] = Reads.EstateAsync,
    ["sign-in"] = SignIns.CostAsync,
    ["refresh"] = SignIns.RefreshAsync,
    ["audit-append"] = AuditAppend.RunAsync,
    ["import"] = Import.RunAsync,
    ["sealing"] = Sealing.RunAsync,
    ["token-reading"] = TokenReading.ColdAsync,
};
if (args is [var wanted] && !benchmarks.ContainsKey(wanted))
{
    Console.Error.WriteLine($"There is no benchmark '{wanted}'. There are: {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

await using var instance = await BenchInstance.StartAsync();
var results = new List<Measured>();
Console.WriteLine($"{"benchmark",-14} {"ours",12} {"peer",12} {"unit",-12} {"ratio",7} {"goal",8}  what the peer is");
foreach (var (name, run) in benchmarks.Where(benchmark => args.Length == 0 || benchmark.Key == args[0]))
{
    var measured = await run(instance) with { Name = name };
    results.Add(measured);
    Console.WriteLine(FormattableString.Invariant(
        $"{name,-14} {measured.Ours,12:N0} {measured.Peer,12:N0} {measured.Unit,-12} {measured.Ratio,7:F2} {measured.Goal,8}  {measured.PeerIs}"));
}

var folder = Path.Combine(Environment.CurrentDirectory, "benchmarks", "results");
Directory.CreateDirectory(folder);
await File.WriteAllTextAsync(
    Path.Combine(folder, $"{(args.Length == 0 ? "all" : args[0])}.json"),
    JsonSerializer.Serialize(new { machine = $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB", results }, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
return 0;
