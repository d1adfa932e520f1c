using System.Diagnostics.CodeAnalysis;

namespace Palisade.Configuration.Internal;

/// <summary>Scheme, host and port, and nothing else (RFC 6454, section 6.2).</summary>
internal static class Origin
{
    internal static bool TryParse(string text, [NotNullWhen(true)] out Uri? origin) =>
        Uri.TryCreate(text, UriKind.Absolute, out origin)
        && origin.Scheme is ("http" or "https")
        && origin.UserInfo.Length == 0
        && origin.Host.Length > 0
        && origin.PathAndQuery == "/"
        && origin.Fragment.Length == 0;

    /// <summary>The serialised form that browsers send in the Origin header.</summary>
    internal static string Serialise(Uri origin) => origin.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether the text is already exactly what a browser would send, so that a comparison of strings is
    /// enough.</summary>
    internal static bool IsSerialised(string text) => TryParse(text, out var origin) && Serialise(origin) == text;
}
