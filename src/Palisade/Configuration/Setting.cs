namespace Palisade.Configuration;

/// <summary>How the text of a setting is read.</summary>
public enum SettingKind
{
    /// <summary>Any text of one line.</summary>
    Text,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>A number, with a point for the decimals.</summary>
    Number,

    /// <summary>A number and a unit: <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
    Duration,

    /// <summary>An absolute URL that is only an origin.</summary>
    Url,

    /// <summary>Key material: hex, base64 or plain text, at least 32 bytes once decoded.</summary>
    Secret,

    /// <summary>Values between commas.</summary>
    List,

    /// <summary>A file or folder.</summary>
    Path,

    /// <summary>One of a few words, in any case.</summary>
    Choice,
}

/// <summary>One row of the <see cref="SettingCatalogue"/>.</summary>
/// <param name="Name">The canonical name of the environment variable.</param>
/// <param name="Section">The heading it stands under in the documents.</param>
/// <param name="Kind">How its text is read.</param>
/// <param name="Description">One sentence, with the unit if there is one.</param>
public sealed record Setting(string Name, string Section, SettingKind Kind, string Description)
{
    /// <summary>Other names for the same thing. Names that disagree stop the start.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The value when nothing is set, written as a user would write it.</summary>
    public string? Default { get; init; }

    /// <summary>A default that depends on other settings, described for the documents. Not a value.</summary>
    public string? DerivedDefault { get; init; }

    /// <summary>The least value, in the syntax of the kind.</summary>
    public string? Minimum { get; init; }

    /// <summary>The greatest value, in the syntax of the kind.</summary>
    public string? Maximum { get; init; }

    /// <summary>The words allowed for <see cref="SettingKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>A duration without a unit is in milliseconds, because the name has always been used so.</summary>
    public bool BareMilliseconds { get; init; }

    /// <summary>Production does not start without it.</summary>
    public bool RequiredInProduction { get; init; }

    /// <summary>The value is secret, or contains a password. It never appears in a message.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What <c>.env.example</c> shows where there is no default.</summary>
    public string? Example { get; init; }

    /// <summary>Every name this setting answers to, the canonical one first.</summary>
    public IEnumerable<string> Names => [Name, .. Aliases];
}
