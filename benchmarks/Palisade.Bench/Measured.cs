namespace Palisade.Bench;

/// <summary>What one benchmark found: ours beside its peer, in the same run on the same machine.</summary>
/// <param name="Ours">Median of the rounds.</param>
/// <param name="Peer">Median of the rounds.</param>
/// <param name="Unit">Of both.</param>
/// <param name="Ratio">Ours by the peer's, unless the benchmark says otherwise.</param>
/// <param name="Goal">The budget.</param>
/// <param name="PeerIs">What ours is held against.</param>
internal sealed record Measured(double Ours, double Peer, string Unit, double Ratio, string Goal, string PeerIs)
{
    public string Name { get; init; } = "";

    /// <summary>Runs both in turn, so that a machine whose speed drifts is as fast for one as for the other.</summary>
    internal static async Task<(double Ours, double Peer)> InTurnAsync(int rounds, Func<Task<double>> ours, Func<Task<double>> peer)
    {
        await WarmAsync(ours);
        await WarmAsync(peer);
        var (a, b) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            a.Add(await ours());
            b.Add(await peer());
        }

        return (Median(a), Median(b));
    }

    /// <summary>Until its speed stays: the runtime compiles what is used often anew, for half a minute under load.</summary>
    private static async Task WarmAsync(Func<Task<double>> run)
    {
        const int most = 10;
        const double noise = 0.05;
        var before = await run();
        for (var (rounds, steady) = (1, 0); rounds < most && steady < 2; rounds++)
        {
            var now = await run();
            steady = Math.Abs(now - before) <= noise * before ? steady + 1 : 0;
            before = now;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
