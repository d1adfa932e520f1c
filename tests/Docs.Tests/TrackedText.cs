using System.Text.RegularExpressions;

namespace Palisade.Docs.Tests;

/// <summary>Text that belongs to one machine: its folders, and the registry its packages came from.</summary>
internal static partial class TrackedText
{
    /// <summary>What a file says of a machine.</summary>
    internal static IEnumerable<string> OfOneMachine(string text) =>
        HomeFolders().Matches(text).Concat(Registries().Matches(text)).Select(match => match.Value.Trim()).Distinct();

    // The pattern is cut in two so that this file is not its own finding.
    [GeneratedRegex(@"(?<![\w.~/-])(?:/ro" + @"ot|/ho" + @"me/\w+|/wo" + @"rk|/Us" + @"ers/\w+|[A-Z]:\\Us" + @"ers)(?=[/\\][\w.])[^\s""'`)]*", RegexOptions.None, 5000)]
    private static partial Regex HomeFolders();

    [GeneratedRegex(@"https?://[a-z0-9.:-]*(?:nu" + @"get|np" + @"m|registry|artifactory|nexus|jfrog|pypi|mirror)[a-z0-9.:-]*", RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Registries();
}
