namespace Palisade.Messaging.Internal;

/// <summary>A user agent in the two words a person knows their device by: <c>Firefox/Windows</c>. Empty when it says neither.</summary>
/// <remarks>Only words of these lists ever come out: a stranger's user agent must not speak to an account holder.</remarks>
internal static class DeviceName
{
    // In this order: Edge and Opera also say Chrome, everybody says Safari.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("okhttp/", "an Android app"), ("Dart/", "an app"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ];

    public static string Of(string? userAgent)
    {
        var (browser, system) = (Named(Browsers, userAgent), Named(Systems, userAgent));
        return browser.Length + system.Length == 0 ? "" : $"{browser}/{system}";
    }

    private static string Named((string Mark, string Name)[] names, string? userAgent) =>
        userAgent is null ? "" : Array.Find(names, name => userAgent.Contains(name.Mark, StringComparison.Ordinal)).Name ?? "";
}
