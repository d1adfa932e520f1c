using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage;

namespace Palisade.Cli.Tests;

public sealed class KeysCommandTests : IDisposable
{
    private static readonly (string, string) Development = ("PALISADE_ENVIRONMENT", "Development");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-keys-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Keys_are_rotated_and_retired_beside_a_running_instance()
    {
        Assert.Equal(0, (await RunAsync("migrate")).Exit);
        var data = Path.Combine(folder.FullName, "data");
        using var instance = DataFolder.Take(data);
        await using var cluster = await PrivateCluster.StartAsync(data, NullLogger.Instance, TestContext.Current.CancellationToken);

        var first = Assert.Single(Signing(await RunAsync("keys", "status", "--json")));
        Assert.Equal(("ES256", "active"), (Text(first, "algorithm"), Text(first, "state")));

        var rotated = Signing(await RunAsync("keys", "rotate", "--json"));
        Assert.Equal(["active", "upcoming"], rotated.Select(key => Text(key, "state")));

        var retired = Signing(await RunAsync("keys", "retire", Text(first, "kid"), "--json"));
        Assert.Equal(["retired", "active"], retired.OrderBy(key => Text(key, "kid") != Text(first, "kid")).Select(key => Text(key, "state")));

        var again = await RunAsync("keys", "retire", Text(first, "kid"));
        Assert.Equal(1, again.Exit);
        Assert.Contains("no such key", again.Error, StringComparison.Ordinal);
        Assert.Contains("active", (await RunAsync("keys", "status")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("keys", "retire")).Exit);
    }

    private Task<Ran> RunAsync(params string[] arguments) => Ran.Async(folder.FullName, arguments, Development);

    private static List<JsonElement> Signing(Ran ran)
    {
        Assert.Equal(0, ran.Exit);
        return [.. ran.Json.GetProperty("keys").EnumerateArray().Where(key => Text(key, "use") == "sig")];
    }

    private static string Text(JsonElement key, string member) => key.GetProperty(member).GetString()!;
}
