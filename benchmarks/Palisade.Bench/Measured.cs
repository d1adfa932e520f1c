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
        await ours();
        await peer();
        var (a, b) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            a.Add(await ours());
            b.Add(await peer());
        }

        return (Median(a), Median(b));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
