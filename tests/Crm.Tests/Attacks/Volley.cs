using Palisade.Crm.Tests.Hosting;

namespace Palisade.Crm.Tests.Attacks;

/// <summary>Callers that fire together: each on a connection of its own, opened beforehand, all held back by one barrier.</summary>
internal sealed class Volley : IDisposable
{
    private readonly ApiClient[] callers;

    private Volley(ApiClient[] callers) => this.callers = callers;

    /// <summary>Opens the connections, spread over the servers in turn.</summary>
    internal static Task<Volley> OpenAsync(int callers, params IReadOnlyList<CrmInstance> servers) =>
        OpenAsync(callers, index => servers[index % servers.Count].NewClient());

    /// <summary>The same with clients of any kind.</summary>
    internal static async Task<Volley> OpenAsync(int callers, Func<int, ApiClient> newClient)
    {
        var clients = Enumerable.Range(0, callers).Select(newClient).ToArray();
        await Parallel.ForEachAsync(
            clients, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (client, _) => await client.GetAsync("/health/live"));
        return new Volley(clients);
    }

    /// <summary>Lets every caller fire at the same moment; answers in the order of the callers.</summary>
    internal async Task<Answer[]> FireAsync(Func<ApiClient, int, Task<Answer>> shot)
    {
        var barrier = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var shots = callers.Select(async (caller, index) =>
        {
            await barrier.Task;
            return await shot(caller, index);
        }).ToArray();
        barrier.SetResult();
        return await Task.WhenAll(shots);
    }

    public void Dispose()
    {
        foreach (var caller in callers)
        {
            caller.Dispose();
        }
    }
}
