using System.Globalization;
using System.Net;
using Palisade.Audit;
using Palisade.Crypto.Secrets;
using Palisade.Devices;
using Palisade.Tenancy;

namespace Palisade.Messaging;

/// <summary>Whom a message is for.</summary>
/// <param name="Tenant">The company whose row it is.</param>
/// <param name="User">The account.</param>
/// <param name="Address">The address or number as it is stored with the account, never as somebody just typed it (H8).</param>
/// <param name="Locale">The account's language, or <see langword="null"/> for the installation's.</param>
internal sealed record Recipient(TenantId Tenant, Guid User, string Address, string? Locale)
{
    /// <summary>The type's name: an address is personal data.</summary>
    public override string ToString() => nameof(Recipient);
}

/// <summary>When and from where something happened, for the person it concerns.</summary>
internal sealed record Occasion(DateTimeOffset At, IPAddress? Address, string? UserAgent)
{
    public static Occasion Of(RequestFacts facts, DateTimeOffset now) => new(now, facts.Address, facts.UserAgent);

    internal IEnumerable<KeyValuePair<string, string>> Values =>
    [
        new("when", At.ToString("O", CultureInfo.InvariantCulture)),
        new("ip", Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : Address?.ToString() ?? ""),
        new("device", Device),
    ];

    // Two words, so that each language can join them: Firefox/Windows.
    private string Device => DeviceName.PartsOf(UserAgent) is var (browser, system) && browser.Length + system.Length > 0 ? $"{browser}/{system}" : "";

    /// <summary>The type's name: where somebody was is personal data.</summary>
    public override string ToString() => nameof(Occasion);
}

/// <summary>One thing to tell one person. Only <see cref="Messages"/> makes it, so what a template is given is typed.</summary>
/// <remarks>Its values may hold a one-time token or a code.</remarks>
[Secret]
internal sealed class Message
{
    /// <summary>Which template, on which channel, how often an hour.</summary>
    public required MessageKind Kind { get; init; }

    public required Recipient To { get; init; }

    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>After this it says nothing useful any more, and is not sent.</summary>
    public TimeSpan UsefulFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Two messages with one key are one message; for events that several requests may notice at once.</summary>
    public string? DedupeKey { get; init; }

    /// <summary>The type's name, never a value.</summary>
    public override string ToString() => nameof(Message);
}
