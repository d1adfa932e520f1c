namespace Palisade.Devices.Internal;

/// <summary>A user agent in the words a person knows their device by. Only words of these lists ever come out.</summary>
internal static class DeviceName
{
    // In this order: Edge and Opera also say Chrome, everybody says Safari.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("okhttp/", "An app"), ("Dart/", "An app"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ];

    public static string Of(string? userAgent) => (Named(Browsers, userAgent), Named(Systems, userAgent)) switch
    {
        (null, null) => "Unknown device",
        (var browser, null) => browser,
        (null, var system) => system,
        var (browser, system) => $"{browser} on {system}",
    };

    private static string? Named((string Mark, string Name)[] names, string? userAgent) =>
        userAgent is null ? null : Array.Find(names, name => userAgent.Contains(name.Mark, StringComparison.Ordinal)).Name;
}
