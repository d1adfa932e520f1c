namespace Palisade.Evidence;

/// <summary>Whether the results still carry what the evidence page claims.</summary>
internal static class EvidenceCheck
{
    /// <summary>One line per row that lost its proof, and per claim of an unknown id; empty when all is well.</summary>
    /// <remarks>Rows proved since the page was written are no fault: they wait for the next <c>./test --evidence</c>.</remarks>
    internal static IReadOnlyList<string> Faults(
        IReadOnlyList<Register> registers, IReadOnlyList<SuiteResults> suites, string page)
    {
        var proved = registers.SelectMany(register => Proof.Of(register, suites))
            .Where(proof => proof.State == RowState.Proved)
            .Select(proof => proof.Row.Id)
            .ToHashSet();
        return
        [
            .. EvidencePage.ProvedIds(page).Where(id => !proved.Contains(id))
                .Select(id => $"{id} was proved and has no passing test now"),
            .. Proof.UnknownClaims(registers, suites),
        ];
    }
}
