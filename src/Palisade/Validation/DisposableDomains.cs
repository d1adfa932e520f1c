using System.Collections.Frozen;
using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>Domains that hand out e-mail addresses to be thrown away: some 121,000, and what the host adds.</summary>
/// <remarks>The source, its licence and the way to renew it stand beside the data file.</remarks>
public static class DisposableDomains
{
    // About 2 MB, first touched by the first address that is checked.
    private static readonly Lazy<SortedLines> Listed = new(() => SortedLines.Read(DataFiles.Open("disposable-domains.br")));

    private static volatile Adjustment adjustment = new([], []);

    /// <summary>Whether this domain or one above it is listed; exceptions win over the list.</summary>
    /// <param name="asciiDomain">Lower-case A-labels without a final dot, as in the key of an address.</param>
    public static bool Contains(string asciiDomain)
    {
        ArgumentNullException.ThrowIfNull(asciiDomain);
        var (also, except) = adjustment;
        var listed = false;
        // A top-level domain alone is never listed, so the walk ends before the last label.
        var suffix = asciiDomain;
        for (int dot; (dot = suffix.IndexOf('.', StringComparison.Ordinal)) >= 0; suffix = suffix[(dot + 1)..])
        {
            if (except.Contains(suffix))
            {
                return false;
            }
            listed = listed || also.Contains(suffix) || Listed.Value.Contains(suffix);
        }
        return listed;
    }

    /// <summary>Sets what the host refuses beyond the list and what it takes in spite of it, with their sub-domains.</summary>
    /// <remarks>For the whole process, in place of an earlier call; meant for start-up. Domains in lower-case A-labels.</remarks>
    public static void Adjust(IEnumerable<string> also, IEnumerable<string> except) => adjustment = new([.. also], [.. except]);

    private sealed class Adjustment(IEnumerable<string> also, IEnumerable<string> except)
    {
        private readonly FrozenSet<string> also = also.ToFrozenSet(StringComparer.Ordinal);
        private readonly FrozenSet<string> except = except.ToFrozenSet(StringComparer.Ordinal);

        internal void Deconstruct(out FrozenSet<string> added, out FrozenSet<string> excepted) => (added, excepted) = (also, except);
    }
}
