namespace Palisade.Accounts.Internal;

/// <summary>Inside one process, callers of a lane stand in line: five hundred parallel guesses are one queue, and not five hundred polls.</summary>
/// <param name="places">How many of a line are served at the same time: as many as may still fail.</param>
/// <param name="longest">How many may stand in a line; whoever comes then is sent away at once.</param>
internal sealed class LocalLines(int places, int longest)
{
    private readonly Dictionary<string, Line> lines = [];

    /// <summary>Waits for a place; answers how to leave it, or <see langword="null"/> when the line is full or patience ended.</summary>
    public async Task<Action?> EnterAsync(string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        Line line;
        lock (lines)
        {
            if (!lines.TryGetValue(name, out line!))
            {
                lines.Add(name, line = new Line(places));
            }
            else if (line.Callers >= longest)
            {
                return null;
            }

            line.Callers++;
        }

        var admitted = false;
        try
        {
            admitted = await line.Places.WaitAsync(patience, cancellationToken);
            return admitted ? () => Leave(name, line, admitted: true) : null;
        }
        finally
        {
            if (!admitted)
            {
                Leave(name, line, admitted: false);
            }
        }
    }

    private void Leave(string name, Line line, bool admitted)
    {
        if (admitted)
        {
            line.Places.Release();
        }

        lock (lines)
        {
            if (--line.Callers == 0)
            {
                lines.Remove(name);
                line.Places.Dispose();
            }
        }
    }

    private sealed class Line(int places)
    {
        public SemaphoreSlim Places { get; } = new(places);

        public int Callers { get; set; }
    }
}
