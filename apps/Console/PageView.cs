using Palisade.Access;

namespace Palisade.Console;

/// <summary>What a page knows while it is rendered. Nothing here is anybody's data.</summary>
/// <param name="Page">Which page.</param>
/// <param name="Caller">Who asks, if anybody.</param>
/// <param name="Permissions">What the caller may do: the page offers that and leaves out the rest.</param>
/// <param name="CsrfToken">The token of the caller's session.</param>
/// <param name="Nonce">The nonce of this response.</param>
/// <param name="AssetFolder">Where the scripts and styles of this build are.</param>
public sealed record PageView(
    ConsolePage Page, Caller? Caller, IReadOnlySet<string> Permissions, string? CsrfToken, string Nonce, string AssetFolder)
{
    /// <summary>The page that was asked for before sign-in.</summary>
    public string Next { get; init; } = ConsolePages.Start;

    /// <summary>Whether a link on another site led here: then the browser has kept the session cookie back (SameSite=Strict).</summary>
    public bool FromAnotherSite { get; init; }

    /// <summary>Whether the caller may.</summary>
    public bool May(string permission) => Permissions.Contains(permission);

    /// <summary>The address of a script, a style or a picture.</summary>
    public string Asset(string name) => $"{AssetFolder}/{name}";
}
