namespace Palisade.Docs.Tests;

internal static class Findings
{
    /// <summary>Passes when there are none; otherwise fails with every one in full, where <c>Assert.Empty</c> would cut them short.</summary>
    internal static void None(IEnumerable<string> findings)
    {
        var found = findings.ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
