using System.Diagnostics;
using System.Net.Http.Headers;
using NpgsqlTypes;

namespace Palisade.Bench;

/// <summary>10,000 customers from file to durable rows, against a COPY of as many rows that checks nothing.</summary>
internal static class Import
{
    internal static async Task<Measured> RunAsync(BenchInstance instance)
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "customers.csv"));
        await using (var create = instance.Database.CreateCommand("CREATE TABLE IF NOT EXISTS public.copied (id uuid PRIMARY KEY, line text)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        var (ours, peer) = await Measured.InTurnAsync(3, () => OursAsync(instance, file), () => CopyAsync(instance));
        return new Measured(ours, peer, "ms", ours / peer, "<10,000ms", "COPY of 10,000 rows, nothing checked");
    }

    private static async Task<double> OursAsync(BenchInstance instance, byte[] file)
    {
        await using (var clear = instance.Database.CreateCommand("DELETE FROM crm.customers"))
        {
            await clear.ExecuteNonQueryAsync();
        }

        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var watch = Stopwatch.StartNew();
        using var response = await instance.Client.PostAsync("/api/customers/import", content);
        response.EnsureSuccessStatusCode();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<double> CopyAsync(BenchInstance instance)
    {
        var watch = Stopwatch.StartNew();
        await using var connection = await instance.Database.OpenConnectionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync("COPY public.copied (id, line) FROM STDIN (FORMAT binary)"))
        {
            for (var row = 0; row < 10_000; row++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
                await copy.WriteAsync("Antonio Caceres,someone@example.com,+595961456936,PY,VH3277841,", NpgsqlDbType.Text);
            }

            await copy.CompleteAsync();
        }

        return watch.Elapsed.TotalMilliseconds;
    }
}
