namespace Palisade.Devices;

/// <summary>A user agent in the words a person knows their device by.</summary>
/// <remarks>Only words of these lists ever come out: a stranger's user agent must not speak to an account holder.</remarks>
internal static class DeviceName
{
    // In this order: Edge and Opera also say Chrome, everybody says Safari.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("okhttp/", "App"), ("Dart/", "App"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ];

    /// <summary>Such as <c>Firefox on Windows</c>.</summary>
    public static string Of(string? userAgent) => PartsOf(userAgent) switch
    {
        ("", "") => "Unknown device",
        (var browser, "") => browser,
        ("", var system) => system,
        var (browser, system) => $"{browser} on {system}",
    };

    /// <summary>Browser and system, each empty where the user agent does not say.</summary>
    public static (string Browser, string System) PartsOf(string? userAgent) => (Named(Browsers, userAgent), Named(Systems, userAgent));

    private static string Named((string Mark, string Name)[] names, string? userAgent) =>
        userAgent is null ? "" : Array.Find(names, name => userAgent.Contains(name.Mark, StringComparison.Ordinal)).Name ?? "";
}
